import { TIERS, type Tier, type UsageView } from '../../wire.ts'
import { percent, shortTokens } from '../words/tokens.ts'
import { leftOf } from './outlook.ts'

export interface VerdictQuestion {
  usage: UsageView
  stale: boolean
  /** When a tier's limit was reached; null where it was not, or nobody knows. */
  ranOut: Record<Tier, number | null>
  /** A moment in the reader's words. */
  clock: (at: number) => string
}

type Standing = 'over' | 'will' | 'may' | 'lasts' | 'unknown'

/** The day in one line: do the tokens last until the reset, and what is billed? */
export function verdict(question: VerdictQuestion): string {
  const { usage, stale } = question
  if (usage.last_updated === null) return 'Nothing has been read yet'
  const tiers = TIERS.filter(tier => usage[tier].limit > 0)
  if (tiers.length === 0) return ['No limit is set', billed(usage)].join(', ')
  const standings = tiers.map(tier => standingOf(usage, tier, stale))
  const tails = tiers.map((tier, at) => words(question, tier, standings[at] ?? 'unknown'))
  return `${head(usage, standings, stale)}: ${[...tails, billed(usage)].join(', ')}`
}

function standingOf(usage: UsageView, tier: Tier, stale: boolean): Standing {
  const { counted_tokens, limit, forecast } = usage[tier]
  if (counted_tokens >= limit) return 'over'
  if (stale) return 'unknown'
  switch (forecast?.state) {
    case 'ok':
    case 'idle':
      return 'lasts'
    case 'may_exceed':
      return 'may'
    case 'will_exceed':
    case 'exceeded':
      return 'will'
    default:
      return 'unknown'
  }
}

/** Free tokens are spoken of only where what counts against the limit is free. */
function countsFree({ premium, mini }: UsageView): boolean {
  return [premium, mini].every(
    tier => tier.limit_counts === 'free' || (tier.billed_tokens === 0 && tier.free_remaining !== null),
  )
}

function head(usage: UsageView, standings: readonly Standing[], stale: boolean): string {
  const [noun, last, lasts] = countsFree(usage)
    ? ['Free tokens', 'last', 'run out']
    : ['The limits', 'hold', 'are reached']
  const has = (standing: Standing) => standings.includes(standing)
  if (standings.every(standing => standing === 'over'))
    return countsFree(usage) ? 'Free tokens are gone' : 'Past the limits'
  if (stale) return 'The numbers are old'
  if (has('over') || has('will'))
    return `${noun} ${lasts === 'run out' ? 'do not last' : 'do not hold'} until the reset`
  if (has('may')) return `${noun} may not ${last} until the reset`
  return has('unknown') ? 'Too early to say whether the day lasts' : `${noun} ${last} until the reset`
}

function words({ usage, ranOut, clock }: VerdictQuestion, tier: Tier, standing: Standing): string {
  const { forecast } = usage[tier]
  const left = `${shortTokens(leftOf(usage[tier]))} left`
  if (standing === 'over') {
    const at = ranOut[tier]
    return `${tier} ran out${at === null ? '' : ` at ${clock(at)}`}`
  }
  if (standing === 'will' && forecast?.runs_out_at) return `${tier} runs out about ${clock(forecast.runs_out_at)}`
  return `${tier} ${left}`
}

function billed({ premium, mini }: UsageView): string {
  const [total, of] = [premium.tokens_used + mini.tokens_used, premium.billed_tokens + mini.billed_tokens]
  return of === 0 ? 'nothing billed' : `${percent(of / Math.max(1, total))} billed`
}
