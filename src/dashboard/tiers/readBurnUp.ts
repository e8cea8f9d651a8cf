import { clock } from '../words/clock.ts'
import { fullTokens, percent, shareOf, shortTokens } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'
import type { BurnUpQuestion } from './burnUpSeries.ts'

type Question = Pick<BurnUpQuestion, 'readings' | 'range' | 'limit' | 'dayStart' | 'dayEnd'>

const STEP_S = 3600

/** What the chart says at a moment: the reading in force, or after the last one what is expected of the day's end. */
export function readBurnUp({ readings, range, limit, dayStart }: Question, at: number, zone: Zone): string {
  const last = readings.at(-1)
  if (last && at > last.at) {
    if (range === null) return `${clock(at, zone)}: not known yet`
    const [low, expected, high] = [range.low, range.expected, range.high].map(shortTokens)
    return `Reset: ${expected} expected, ${low} to ${high}`
  }
  const reading = readings.findLast(each => each.at <= at) ?? { at: dayStart, tokens: 0 }
  const share = shareOf(reading.tokens, limit)
  return `${clock(reading.at, zone)}: ${fullTokens(reading.tokens)} tokens${share === null ? '' : ` (${percent(share)})`}`
}

/** Where a key moves the reading line; null for keys that do not. */
export function moveReading({ readings, range, dayStart, dayEnd }: Question, at: number, key: string): number | null {
  const ahead = range === null ? [] : [dayEnd]
  const stops = [dayStart, ...readings.map(reading => reading.at).filter(each => each > dayStart), ...ahead]
  const index = Math.max(
    0,
    stops.findLastIndex(stop => stop <= at),
  )
  const to = (position: number) => stops[Math.max(0, Math.min(stops.length - 1, position))] ?? at
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(index - 1)
    case 'ArrowRight':
    case 'ArrowUp':
      return to(index + 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(stops.length - 1)
    case 'PageUp':
      return to(nearest(stops, at + STEP_S))
    case 'PageDown':
      return to(nearest(stops, at - STEP_S))
    default:
      return null
  }
}

function nearest(stops: readonly number[], at: number): number {
  let best = 0
  stops.forEach((stop, index) => {
    if (Math.abs(stop - at) < Math.abs((stops[best] ?? 0) - at)) best = index
  })
  return best
}
