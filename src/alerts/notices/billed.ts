import { isFree } from '../../models.ts'
import { freeOf } from '../../usage/dayProfile.ts'
import { hasFreeTokens } from '../../usage/lookback.ts'
import { totalTokens, type UsageGroup } from '../../usage/usageGroup.ts'
import { TIERS, type Tier } from '../../wire.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { Fact, MessageWords } from '../messageWords.ts'
import { sanitizeLabel } from '../sanitizeLabel.ts'
import { estimatedUsd, usdWords } from '../usdWords.ts'
import { utcMinute } from '../utcMinute.ts'
import { type DayFacts, type NoticeOf, tierRecord } from './notice.ts'

/** What the numbers show of why tokens are billed although there are free ones. */
export type BilledCause = 'limit_passed' | 'project_not_shared' | 'model_outside_pools' | 'unknown'

/** Billed tokens of models that can be free have begun in a tier that has free tokens. Once a day and tier. */
export interface BilledMessage {
  kind: 'billed'
  id: string
  date: string
  tier: Tier
  cause: BilledCause
  /** The projects or models that the cause names, largest first. Foreign names. */
  who: { id: string; name: string; tokens: number }[]
  billedTokens: number
  freeTokens: number
  tokensUsed: number
  limit: number
  /** What they may cost, in billionths of a dollar; null where no price is known. */
  nanoUsd: number | null
  resetsAt: number
  firedAt: number
}

const MOST_NAMED = 3
/** A request that would cross the pool is billed whole (OpenAI's help centre), so free use ends a little below the limit. */
const NEARLY_GONE = 0.95

/**
 * A cause that goes on day after day is told once a week. `toldCauses`: those told within the last week, as `billedCauseKey`
 * names them.
 */
export function billedNotices(
  facts: DayFacts,
  nameOf: (project: string) => string,
  toldCauses: ReadonlySet<string>,
): { notice: NoticeOf<BilledMessage>; causeKeys: string[] }[] {
  return TIERS.flatMap(tier => {
    const { totals, lookback } = facts
    if (!hasFreeTokens(lookback.tiers[tier], totals[tier].free)) return []
    const billed = billedGroups(facts, tier)
    if (billed.length === 0) return []
    const { cause, who } = causeOf(facts, tier, billed)
    const causeKeys = who.length === 0 ? [`${tier} ${cause}`] : who.map(id => `${tier} ${cause} ${id}`)
    if (cause !== 'limit_passed' && causeKeys.every(key => toldCauses.has(key))) return []
    const tokens = (of: string) =>
      sum(billed.filter(group => (cause === 'project_not_shared' ? group.project : group.model) === of))
    const named = who.map(id => ({
      id,
      name: cause === 'project_not_shared' ? nameOf(id) || id || 'no project' : id,
      tokens: tokens(id),
    }))
    const message = messageOf(
      facts,
      tier,
      cause,
      named.sort((a, b) => b.tokens - a.tokens).slice(0, MOST_NAMED),
      sum(billed),
    )
    const record = tierRecord(facts, { kind: 'billed', tier, message: billedHeadline(message) })
    return [{ notice: { records: [record], message }, causeKeys }]
  })
}

function messageOf(
  { date, limits, nowS, resetsAt, installation, lookback, totals }: DayFacts,
  tier: Tier,
  cause: BilledCause,
  who: BilledMessage['who'],
  billedTokens: number,
): BilledMessage {
  return {
    kind: 'billed',
    id: `billed-${installation}-${date}-${tier}`,
    date,
    tier,
    cause,
    who,
    billedTokens,
    freeTokens: totals[tier].free,
    tokensUsed: totals[tier].tokens,
    limit: limits[tier],
    nanoUsd: estimatedUsd(billedTokens, lookback.nanoUsdPerBilledToken),
    resetsAt,
    firedAt: nowS,
  }
}

/** Of models that can be free: those that the catalogue knows. */
function billedGroups({ groups, classify }: DayFacts, tier: Tier): UsageGroup[] {
  return [...groups.values()].filter(group => {
    const { tier: own, unclassified } = classify(group.model)
    return own === tier && !unclassified && !isFree(group.serviceTier) && totalTokens(group) > 0
  })
}

function causeOf(
  { totals, limits, groups, classify, lookback }: DayFacts,
  tier: Tier,
  billed: readonly UsageGroup[],
): { cause: BilledCause; who: string[] } {
  if (totals[tier].free >= limits[tier] * NEARLY_GONE) return { cause: 'limit_passed', who: [] }
  const [now, lately] = [freeOf(groups, tier, classify), lookback.tiers[tier].freeOf]
  const beyond = (names: string[], known: string[]) => [...new Set(names)].filter(name => !known.includes(name))
  const unshared = beyond(
    billed.map(({ project }) => project),
    [...now.projects, ...lately.projects],
  )
  if (unshared.length > 0) return { cause: 'project_not_shared', who: unshared }
  const outside = beyond(
    billed.map(({ model }) => model),
    [...now.models, ...lately.models],
  )
  if (outside.length > 0) return { cause: 'model_outside_pools', who: outside }
  return { cause: 'unknown', who: [] }
}

function sum(groups: readonly UsageGroup[]): number {
  return groups.reduce((tokens, group) => tokens + totalTokens(group), 0)
}

function billedHeadline({ tier, billedTokens }: Pick<BilledMessage, 'tier' | 'billedTokens'>): string {
  return `💳 OpenAI Usage: ${tier.toUpperCase()} tokens are billed now (${groupedDigits(billedTokens)} today)`
}

export function billedWords(message: BilledMessage): MessageWords {
  const { tier, billedTokens, freeTokens, limit, nanoUsd } = message
  const money = nanoUsd === null ? '' : `, about ${usdWords(nanoUsd)} at what a billed token cost here lately`
  const billed = `${groupedDigits(billedTokens)} tokens${money}`
  const free = `${groupedDigits(freeTokens)} of ${groupedDigits(limit)} free tokens`
  const who = message.who.map(({ name, tokens }) => `${sanitizeLabel(name)} ${groupedDigits(tokens)}`).join(', ')
  const facts: Fact[] = [
    { label: 'Billed today', value: billed },
    { label: 'Free today', value: free },
    { label: 'Cause', value: CAUSES[message.cause] },
    ...(who === '' ? [] : [{ label: message.cause === 'project_not_shared' ? 'Projects' : 'Models', value: who }]),
    { label: 'Resets', value: utcMinute(message.resetsAt), moment: message.resetsAt },
  ]
  return {
    severity: 'warning',
    headline: billedHeadline(message),
    sentences: [
      `Billed today in the ${tier} tier: ${billed}; free: ${free}.`,
      `Cause, as the numbers show it: ${CAUSES[message.cause]}${who === '' ? '' : ` (${who})`}.`,
    ],
    facts,
    notes: [
      'Why now: this tier has free tokens, and tokens of models that can be free began to be billed.',
      `What to do: ${ACTIONS[message.cause]}`,
    ],
  }
}

const CAUSES: Record<BilledCause, string> = {
  limit_passed: "today's free tokens are used up",
  project_not_shared: 'projects that had no free tokens in 7 days, like those that do not share data',
  model_outside_pools: 'models that had no free tokens in 7 days, like those outside the free pools',
  unknown: 'not visible in the numbers; free tokens are left, or none were given today',
}

const ACTIONS: Record<BilledCause, string> = {
  limit_passed: 'move what can wait past 00:00 UTC, or accept the bill.',
  project_not_shared: 'turn on data sharing for the project in the organisation’s data controls, or accept the bill.',
  model_outside_pools: 'use a model of the free pools where it does, or accept the bill.',
  unknown: 'look whether data sharing is still on in the organisation’s data controls.',
}

export function billedFields(message: BilledMessage): object {
  return {
    date: message.date,
    tier: message.tier,
    cause: message.cause,
    who: message.who.map(({ id, name, tokens }) => ({ id: sanitizeLabel(id), name: sanitizeLabel(name), tokens })),
    billed_tokens: message.billedTokens,
    free_tokens: message.freeTokens,
    tokens_used: message.tokensUsed,
    limit_value: message.limit,
    percentage: Math.round((message.tokensUsed / message.limit) * 100),
    estimated_usd: message.nanoUsd === null ? null : message.nanoUsd / 1e9,
    resets_at: message.resetsAt,
  }
}
