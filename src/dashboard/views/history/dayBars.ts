import type { DayPoint, Tier, UsageView } from '../../../wire.ts'
import { DAY_S, dayOf, startOf, utcDate } from '../../words/clock.ts'
import { fullTokens, percent, shareOf } from '../../words/tokens.ts'

export type DayBar =
  | { kind: 'gap'; date: string }
  | {
      kind: 'day'
      date: string
      today: boolean
      final: boolean
      tokens: number
      limit: number
      free: number
      billed: number
    }

interface Question {
  days: readonly DayPoint[]
  /** UTC date. */
  today: string
  tier: Tier
  count: number
}

/** The last `count` UTC dates up to today, without it, oldest first. A date without a summary is a gap, not a zero. */
export function pastBars({ days, today, tier, count }: Question): DayBar[] {
  const known = new Map(days.map(day => [day.date, day]))
  return Array.from({ length: count - 1 }, (_, at): DayBar => {
    const date = utcDate(startOf(today) - (count - 1 - at) * DAY_S)
    const day = known.get(date)
    return day ? pastBar(day, tier) : { kind: 'gap', date }
  })
}

function pastBar(day: DayPoint, tier: Tier): DayBar {
  return {
    kind: 'day',
    date: day.date,
    today: false,
    final: day.final,
    tokens: day[`${tier}_tokens`],
    limit: day[`${tier}_limit`],
    free: day[`${tier}_free_tokens`],
    billed: day[`${tier}_billed_tokens`],
  }
}

export function todayBar(usage: UsageView, tier: Tier): DayBar {
  const { tokens_used, limit, free_tokens, billed_tokens } = usage[tier]
  const { date } = usage
  return {
    kind: 'day',
    date,
    today: true,
    final: false,
    tokens: tokens_used,
    limit,
    free: free_tokens,
    billed: billed_tokens,
  }
}

/** What the chart says, for those who do not see it. */
export function daysSummary(bars: readonly DayBar[]): string {
  const days = bars.filter(bar => bar.kind === 'day')
  const over = days.filter(day => day.limit > 0 && day.tokens > day.limit).length
  const gaps = bars.length - days.length
  const parts = [
    `${days.length} of ${bars.length} days with data`,
    over === 0 ? 'none over its limit' : `${over} over the limit`,
  ]
  return gaps === 0 ? parts.join(', ') : `${parts.join(', ')}, ${gaps} without data`
}

/** One bar in a sentence. */
export function readDay(bar: DayBar): string {
  if (bar.kind === 'gap') return `${dayOf(bar.date)}: no data`
  const share = shareOf(bar.tokens, bar.limit)
  const ofLimit = share === null ? '' : `, ${percent(share)} of ${fullTokens(bar.limit)}`
  const standing = bar.today ? ', so far' : bar.final ? '' : ', may still change'
  const billed = bar.billed > 0 ? `, ${fullTokens(bar.billed)} billed` : ', none billed'
  return `${dayOf(bar.date)}: ${fullTokens(bar.tokens)} tokens${ofLimit}${bar.tokens > 0 ? billed : ''}${standing}`
}
