import { dayOf } from '../words/clock.ts'
import { fullTokens, percent, shareOf } from '../words/tokens.ts'
import type { DayBar } from './dayBars.ts'

export function readDay(bar: DayBar): string {
  if (bar.kind === 'gap') return `${dayOf(bar.date)}: no data`
  const share = shareOf(bar.tokens, bar.limit)
  const ofLimit = share === null ? '' : `, ${percent(share)} of ${fullTokens(bar.limit)}`
  const standing = bar.today ? ', so far' : bar.final ? '' : ', may still change'
  const billed = bar.billed > 0 ? `, ${fullTokens(bar.billed)} billed` : ', none billed'
  return `${dayOf(bar.date)}: ${fullTokens(bar.tokens)} tokens${ofLimit}${bar.tokens > 0 ? billed : ''}${standing}`
}

const WEEK = 7

export function moveDay(at: number, count: number, key: string): number | null {
  const moves: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - WEEK,
    PageUp: at + WEEK,
    Home: 0,
    End: count - 1,
  }
  const to = moves[key]
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to))
}
