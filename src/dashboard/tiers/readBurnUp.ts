import { clock } from '../words/clock.ts'
import { fullTokens, percent, shareOf, shortTokens } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'
import type { Projection, Reading } from './projectDay.ts'

interface Question {
  readings: readonly Reading[]
  projection: Projection
  limit: number
  dayStart: number
  dayEnd: number
}

const STEP_S = 3600

/** What the chart says at a moment: the reading in force, or the forecast after the last one. */
export function readBurnUp({ readings, projection, limit, dayStart }: Question, at: number, zone: Zone): string {
  const last = readings.at(-1)
  if (last && at > last.at) {
    if (projection.kind === 'none') return `${clock(at, zone)}: not known yet`
    const part = (at - last.at) / (projection.end - last.at)
    const then = (total: number) => shortTokens(last.tokens + (total - last.tokens) * part)
    return `${clock(at, zone)}: forecast ${then(projection.low)} to ${then(projection.high)}`
  }
  const reading = readings.findLast(each => each.at <= at) ?? { at: dayStart, tokens: 0 }
  const share = shareOf(reading.tokens, limit)
  return `${clock(reading.at, zone)}: ${fullTokens(reading.tokens)} tokens${share === null ? '' : ` (${percent(share)})`}`
}

/** Where a key moves the reading line; null for keys that do not. */
export function moveReading(
  { readings, projection, dayStart, dayEnd }: Question,
  at: number,
  key: string,
): number | null {
  const ahead = projection.kind === 'none' ? [] : hoursAfter(readings.at(-1)?.at ?? dayStart, dayEnd)
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

function hoursAfter(from: number, end: number): number[] {
  const stops: number[] = []
  for (let at = Math.floor(from / STEP_S) * STEP_S + STEP_S; at <= end; at += STEP_S) stops.push(at)
  return stops
}

function nearest(stops: readonly number[], at: number): number {
  let best = 0
  stops.forEach((stop, index) => {
    if (Math.abs(stop - at) < Math.abs((stops[best] ?? 0) - at)) best = index
  })
  return best
}
