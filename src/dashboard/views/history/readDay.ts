import { dayOf } from '../../words/clock.ts'
import { fullTokens, percent, shareOf } from '../../words/tokens.ts'
import type { DayBar } from './dayBars.ts'

export function readDay(bar: DayBar): string {
  if (bar.kind === 'gap') return `${dayOf(bar.date)}: no data`
  const share = shareOf(bar.tokens, bar.limit)
  const ofLimit = share === null ? '' : `, ${percent(share)} of ${fullTokens(bar.limit)}`
  const standing = bar.today ? ', so far' : bar.final ? '' : ', may still change'
  const billed = bar.billed > 0 ? `, ${fullTokens(bar.billed)} billed` : ', none billed'
  return `${dayOf(bar.date)}: ${fullTokens(bar.tokens)} tokens${ofLimit}${bar.tokens > 0 ? billed : ''}${standing}`
}
