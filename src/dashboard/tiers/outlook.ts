import type { Forecast, TierUsage } from '../../wire.ts'
import { clock, clockPair } from '../words/clock.ts'
import { duration } from '../words/duration.ts'
import { fullTokens, percent, shortTokens } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'

export type Verdict = 'over' | 'exceeds' | 'may_exceed' | 'lasts' | 'unknown'

export interface Outlook {
  verdict: Verdict
  /** A few words for a badge. */
  short: string
  /** The sentence: does it last until the reset? */
  sentence: string
}

type Counted = Pick<TierUsage, 'counted_tokens' | 'limit' | 'limit_counts'>

/** `tokens`, or `free tokens` where only those count against the limit (LIMIT_COUNTS). */
export function nounOf({ limit_counts }: Pick<TierUsage, 'limit_counts'>): string {
  return limit_counts === 'free' ? 'free tokens' : 'tokens'
}

/** The server's forecast in words; the page makes none of its own. Null: the server has none. */
export function outlook(usage: Counted, forecast: Forecast | null, zone: Zone): Outlook {
  const { counted_tokens: counted, limit } = usage
  if (limit > 0 && counted >= limit) {
    const over = counted - limit
    const sentence = over === 0 ? 'The limit is used up exactly' : `${fullTokens(over)} ${nounOf(usage)} over the limit`
    return { verdict: 'over', short: 'Over the limit', sentence: sentence + ending(forecast) }
  }
  if (forecast === null) return unknown('No forecast before the first reading')
  switch (forecast.state) {
    case 'stale':
      return unknown('No forecast while the data is stale')
    case 'early':
      return unknown('Too early in the day to forecast')
    case 'idle':
      return unknown('Nothing used, today or on the days before')
  }
  if (limit <= 0) return { ...unknown(`No limit set${ending(forecast)}`), short: 'No limit set' }
  switch (forecast.state) {
    case 'ok':
      return {
        verdict: 'lasts',
        short: 'Lasts until reset',
        sentence: `Lasts until the reset${ending(forecast)}${atMost(forecast, limit)}`,
      }
    case 'may_exceed':
      return {
        verdict: 'may_exceed',
        short: 'May run out',
        sentence: `May run out${chanceOf(forecast)}${from(forecast, zone)}${ending(forecast)}`,
      }
    // `exceeded` of a forecast that is older than the figure beside it.
    case 'will_exceed':
    case 'exceeded':
      return { verdict: 'exceeds', short: 'Runs out', sentence: runsOut(forecast, zone) + ending(forecast) }
  }
}

function unknown(sentence: string): Outlook {
  return { verdict: 'unknown', short: 'No forecast', sentence }
}

function runsOut({ runs_out_at, runs_out_earliest }: Forecast, zone: Zone): string {
  if (runs_out_at === null) return 'Runs out before the reset'
  const maybe =
    runs_out_earliest !== null && runs_out_earliest < runs_out_at
      ? `, maybe from ${clock(runs_out_earliest, zone)}`
      : ''
  return `Runs out about ${clock(runs_out_at, zone)}${maybe}`
}

function chanceOf({ chance }: Forecast): string {
  return chance === null ? '' : ` (chance ${percent(chance)})`
}

function from({ runs_out_earliest }: Forecast, zone: Zone): string {
  return runs_out_earliest === null ? '' : `, from ${clock(runs_out_earliest, zone)} on`
}

function atMost({ high_tokens }: Forecast, limit: number): string {
  return high_tokens === null ? '' : `, at most ${percent(high_tokens / limit)}`
}

/** `; 2.1M expected at the reset (1.8M to 2.6M)`. */
function ending(forecast: Forecast | null): string {
  const range = rangeOf(forecast)
  if (range === null) return ''
  const [low, expected, high] = [range.low, range.expected, range.high].map(shortTokens)
  return low === high
    ? `; ${expected} expected at the reset`
    : `; ${expected} expected at the reset (${low} to ${high})`
}

/** Where the day will end, where the server says it. */
export function rangeOf(forecast: Forecast | null): { low: number; expected: number; high: number } | null {
  const { low_tokens: low = null, expected_tokens: expected = null, high_tokens: high = null } = forecast ?? {}
  return low === null || expected === null || high === null ? null : { low, expected, high }
}

/** What is left of the limit: this everywhere, of what counts against it. */
export function leftOf({ counted_tokens, limit }: Counted): number {
  return Math.max(0, limit - counted_tokens)
}

/** `268,796 tokens left · resets in 7 h 12 m (00:00 UTC, 01:00 your time)`. */
export function leftLine(
  usage: Counted,
  { resetsAt, now, zone }: { resetsAt: number; now: number; zone: Zone },
): string {
  const { counted_tokens: counted, limit } = usage
  const noun = nounOf(usage)
  const left =
    limit <= 0
      ? 'no limit set'
      : counted > limit
        ? `${fullTokens(counted - limit)} over`
        : `${fullTokens(leftOf(usage))} ${noun} left`
  return `${left} · resets in ${duration(resetsAt - now)} (${clockPair(resetsAt, zone)})`
}
