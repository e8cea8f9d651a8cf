import { clock } from '../words/clock.ts'
import { fullTokens, percent, shareOf, shortTokens } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'
import type { BurnUpQuestion } from './burnUpSeries.ts'

type Question = Pick<BurnUpQuestion, 'readings' | 'range' | 'limit' | 'dayStart' | 'dayEnd'>

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

/** How far a page moves the reading line. */
export const PAGE_S = 3600

/** Where the reading line can stand. */
export function stopsOf({ readings, range, dayStart, dayEnd }: Question): number[] {
  const ahead = range === null ? [] : [dayEnd]
  return [dayStart, ...readings.map(reading => reading.at).filter(each => each > dayStart), ...ahead]
}
