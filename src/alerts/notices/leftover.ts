import { hasFreeTokens } from '../../usage/lookback.ts'
import { TIERS, type Tier } from '../../wire.ts'
import { recordWithoutTier } from '../alertRecord.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { MessageWords } from '../messageWords.ts'
import { utcMinute } from '../utcMinute.ts'
import type { DayFacts, NoticeOf } from './notice.ts'

/** Free tokens that would go unused at the reset. Once a day, `LEFTOVER_HOURS` before it, both tiers in one message. */
export interface LeftoverMessage {
  kind: 'leftover'
  id: string
  date: string
  firedAt: number
  resetsAt: number
  /** Never empty; premium first. */
  tiers: { tier: Tier; unused: number; free: number; limit: number }[]
}

/** Less is not worth a message. */
const LEAST_PART_OF_LIMIT = 0.01

/** Null: not yet, or nothing would be left. */
export function leftoverNotice(facts: DayFacts, leftoverHours: number): NoticeOf<LeftoverMessage> | null {
  const { date, nowS, resetsAt, limits, totals, lookback, installation } = facts
  if (leftoverHours <= 0 || nowS < resetsAt - leftoverHours * 3600) return null
  const tiers = TIERS.flatMap(tier => {
    if (!hasFreeTokens(lookback.tiers[tier], totals[tier].free)) return []
    const unused = limits[tier] - totals[tier].free - expectedFree(facts, tier)
    if (unused < limits[tier] * LEAST_PART_OF_LIMIT) return []
    return [{ tier, unused: Math.round(unused), free: totals[tier].free, limit: limits[tier] }]
  })
  const [first] = tiers
  if (first === undefined) return null
  const id = `leftover-${installation}-${date}`
  const message: LeftoverMessage = { kind: 'leftover', id, date, firedAt: nowS, resetsAt, tiers }
  return {
    records: [
      recordWithoutTier({
        kind: 'leftover',
        key: `leftover ${date}`,
        date,
        message: headline(message),
        firedAt: nowS,
      }),
    ],
    message,
  }
}

/** Of what the forecast still expects, the part that has been free so far today. */
function expectedFree({ forecast, totals, limitCounts }: DayFacts, tier: Tier): number {
  const expected = forecast[tier]?.expected_tokens ?? null
  if (expected === null) return 0
  const { tokens, free } = totals[tier]
  if (limitCounts === 'free') return Math.max(0, expected - free)
  return Math.max(0, expected - tokens) * (tokens === 0 ? 1 : free / tokens)
}

function headline({ tiers }: Pick<LeftoverMessage, 'tiers'>): string {
  const left = tiers.map(({ tier, unused }) => `${groupedDigits(unused)} ${tier}`).join(' and ')
  return `🎁 OpenAI Usage: ${left} free tokens would go unused`
}

export function leftoverWords(message: LeftoverMessage): MessageWords {
  const facts = message.tiers.map(({ tier, unused, free, limit }) => ({
    label: `${tier.toUpperCase()} tier`,
    value: `${groupedDigits(free)} of ${groupedDigits(limit)} free tokens used; at this pace ${groupedDigits(unused)} go unused`,
  }))
  return {
    severity: 'good',
    headline: headline(message),
    sentences: [
      ...facts.map(({ label, value }) => `${label}: ${value}.`),
      `They end at ${utcMinute(message.resetsAt)}.`,
    ],
    facts: [...facts, { label: 'Resets', value: utcMinute(message.resetsAt), moment: message.resetsAt }],
    notes: ['Why now: LEFTOVER_HOURS asks for it. What to do: run now what can be run, or nothing.'],
  }
}

export function leftoverFields({ date, tiers, resetsAt }: LeftoverMessage): object {
  return {
    date,
    tiers: tiers.map(({ tier, unused, free, limit }) => ({
      tier,
      unused_tokens: unused,
      free_tokens: free,
      limit_value: limit,
    })),
    resets_at: resetsAt,
  }
}
