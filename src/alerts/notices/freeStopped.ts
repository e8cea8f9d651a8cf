import { TIERS, type Tier } from '../../wire.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { MessageWords } from '../messageWords.ts'
import { estimatedUsd, usdWords } from '../usdWords.ts'
import { type DayFacts, type NoticeOf, tierRecord } from './notice.ts'

/** A tier that had free tokens nearly every day has none today, although it is used. Once an incident. */
export interface FreeStoppedMessage {
  kind: 'free_stopped'
  id: string
  date: string
  tier: Tier
  requests: number
  billedTokens: number
  /** Of the last seven days, how many had free tokens. */
  freeDays: number
  nanoUsd: number | null
  firedAt: number
}

const FREE_DAYS_NEEDED = 5
const FEWEST_REQUESTS = 20
const FEWEST_SECONDS = 6 * 3600

/** Since when (UTC date) a tier's free tokens are gone, for those where they are. */
export type FreeStops = Partial<Record<Tier, string>>

/** The incidents after this reading, and what is told of those that are new. */
export function freeStoppedNotices(
  facts: DayFacts,
  held: FreeStops,
): { notices: NoticeOf<FreeStoppedMessage>[]; stops: FreeStops } {
  const stops: FreeStops = {}
  const notices: NoticeOf<FreeStoppedMessage>[] = []
  for (const tier of TIERS) {
    const since = held[tier]
    if (facts.totals[tier].free > 0) continue
    const freeDays = facts.lookback.tiers[tier].free.filter(Boolean).length
    // It has ended by itself when nobody expects free tokens there any more.
    if (since !== undefined && freeDays > 0) stops[tier] = since
    if (since !== undefined || !hasStopped(facts, tier, freeDays)) continue
    stops[tier] = facts.date
    notices.push(noticeOf(facts, tier, freeDays))
  }
  return { notices, stops }
}

function hasStopped({ totals, nowS, resetsAt }: DayFacts, tier: Tier, freeDays: number): boolean {
  const sinceMidnight = nowS - (resetsAt - 86_400)
  return freeDays >= FREE_DAYS_NEEDED && totals[tier].requests >= FEWEST_REQUESTS && sinceMidnight >= FEWEST_SECONDS
}

function noticeOf(facts: DayFacts, tier: Tier, freeDays: number): NoticeOf<FreeStoppedMessage> {
  const { date, installation, totals, lookback, nowS } = facts
  const message: FreeStoppedMessage = {
    kind: 'free_stopped',
    id: `free-stopped-${installation}-${date}-${tier}`,
    date,
    tier,
    requests: totals[tier].requests,
    billedTokens: totals[tier].billed,
    freeDays,
    nanoUsd: estimatedUsd(totals[tier].billed, lookback.nanoUsdPerBilledToken),
    firedAt: nowS,
  }
  return { records: [tierRecord(facts, { kind: 'free_stopped', tier, message: headline(message) })], message }
}

function headline({ tier }: Pick<FreeStoppedMessage, 'tier'>): string {
  return `🛑 OpenAI Usage: no free ${tier.toUpperCase()} tokens today, all are billed`
}

export function freeStoppedWords(message: FreeStoppedMessage): MessageWords {
  const { requests, billedTokens, freeDays, nanoUsd } = message
  const money = nanoUsd === null ? '' : `, about ${usdWords(nanoUsd)} at what a billed token cost here lately`
  const billed = `${groupedDigits(billedTokens)} tokens in ${groupedDigits(requests)} requests${money}`
  return {
    severity: 'critical',
    headline: headline(message),
    sentences: [
      `None of ${groupedDigits(requests)} requests of today (UTC) had free tokens; billed: ${billed}.`,
      `Free tokens came on ${freeDays} of the last 7 days.`,
    ],
    facts: [
      { label: 'Billed today', value: billed },
      { label: 'Free today', value: '0 tokens' },
      { label: 'Before', value: `free tokens on ${freeDays} of the last 7 days` },
    ],
    notes: [
      'Why now: six hours and at least 20 requests into the day, not one token was free.',
      'What to do: look whether data sharing was turned off, or whether the programme has ended for the organisation, in its data controls.',
    ],
  }
}

export function freeStoppedFields(message: FreeStoppedMessage): object {
  return {
    date: message.date,
    tier: message.tier,
    requests: message.requests,
    billed_tokens: message.billedTokens,
    free_tokens: 0,
    free_days: message.freeDays,
    estimated_usd: message.nanoUsd === null ? null : message.nanoUsd / 1e9,
  }
}
