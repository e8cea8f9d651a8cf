import type { Forecast, LimitCounts, Tier } from '../../wire.ts'
import { recordWithoutTier } from '../alertRecord.ts'
import { type Causes, causeFacts } from '../causes.ts'
import { countedFact } from '../countedWords.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { Fact, MessageWords } from '../messageWords.ts'
import { sanitizeLabel } from '../sanitizeLabel.ts'
import { usdWords } from '../usdWords.ts'
import { clockOf, utcMinute } from '../utcMinute.ts'
import type { NoticeOf } from './notice.ts'

/** What happened since the last digest. As often as DIGEST_CRON says. */
export interface DigestMessage {
  kind: 'digest'
  id: string
  date: string
  firedAt: number
  /** Unix seconds: the last digest; for the first one, a day before. */
  since: number
  /** When OpenAI last answered (Unix seconds); null: never. */
  asOf: number | null
  counts: LimitCounts
  /** Premium first. */
  tiers: DigestTier[]
  /** What the dates since then cost so far, in billionths of a dollar; null where costs are not known. */
  nanoUsd: number | null
  month: { nanoUsd: number; budgetUsd: number | null } | null
  causes: Causes
  alerts: { count: number; headlines: string[] }
}

export interface DigestTier {
  tier: Tier
  /** Since the last digest. */
  tokens: number
  free: number
  billed: number
  /** Of today. */
  usedToday: number
  limit: number
  forecast: Forecast | null
}

export const MOST_HEADLINES = 5

/** `revision`: of the commit that writes it; a clock that has jumped back brings the same second once more. */
export function digestNotice(
  facts: Omit<DigestMessage, 'kind' | 'id'>,
  installation: string,
  revision: number,
): NoticeOf<DigestMessage> {
  const id = `digest-${installation}-${facts.firedAt}-${revision}`
  const message: DigestMessage = { ...facts, kind: 'digest', id }
  return {
    records: [
      recordWithoutTier({
        kind: 'digest',
        key: `digest ${facts.firedAt} ${revision}`,
        date: facts.date,
        message: headline(message),
        firedAt: facts.firedAt,
      }),
    ],
    message,
  }
}

function headline({ tiers }: Pick<DigestMessage, 'tiers'>): string {
  const parts = tiers.map(({ tier, usedToday, limit }) => `${tier} ${Math.round((usedToday / limit) * 100)}%`)
  return `📋 OpenAI Usage Digest: today ${parts.join(', ')} of the limits`
}

export function digestWords(message: DigestMessage): MessageWords {
  const facts: Fact[] = [
    ...message.tiers.map(each => ({ label: `${each.tier.toUpperCase()} tier`, value: tierValue(each) })),
    ...moneyFacts(message),
    ...causeFacts(message.causes),
    { label: 'Alerts', value: alertsValue(message) },
    { label: 'Since', value: utcMinute(message.since), moment: message.since },
    countedFact(message.counts),
  ]
  const asOf = message.asOf === null ? 'OpenAI has not answered yet.' : `As of ${utcMinute(message.asOf)}.`
  return {
    severity: 'good',
    headline: headline(message),
    sentences: facts.map(({ label, value }) => `${label}: ${value}.`),
    facts,
    notes: [`${asOf} DIGEST_CRON asks for this digest.`],
  }
}

function tierValue({ tokens, free, billed, usedToday, limit, forecast }: DigestTier): string {
  const parts = [
    `${groupedDigits(tokens)} tokens since the last digest (${groupedDigits(free)} free, ${groupedDigits(billed)} billed)`,
    `today ${groupedDigits(usedToday)} of ${groupedDigits(limit)}`,
  ]
  if (forecast !== null && forecast.expected_tokens !== null) {
    const end = `expected at the reset ${groupedDigits(forecast.expected_tokens)}`
    parts.push(forecast.runs_out_at === null ? end : `${end}, out about ${clockOf(forecast.runs_out_at)}`)
  }
  return parts.join('; ')
}

function moneyFacts({ nanoUsd, month }: DigestMessage): Fact[] {
  if (nanoUsd === null || month === null) return []
  const budget = month.budgetUsd === null ? '' : ` of ${usdWords(Math.round(month.budgetUsd * 1e9))}`
  return [
    {
      label: 'Costs',
      value: `${usdWords(nanoUsd)} for these days so far; this month ${usdWords(month.nanoUsd)}${budget}`,
    },
  ]
}

function alertsValue({ alerts: { count, headlines } }: DigestMessage): string {
  if (count === 0) return 'none'
  const more = count > headlines.length ? ` and ${count - headlines.length} more` : ''
  return `${headlines.map(line => sanitizeLabel(line, 120)).join(' | ')}${more}`
}

export function digestFields(message: DigestMessage): object {
  return {
    date: message.date,
    since: message.since,
    as_of: message.asOf,
    limit_counts: message.counts,
    tiers: message.tiers.map(({ tier, tokens, free, billed, usedToday, limit, forecast }) => ({
      tier,
      tokens,
      free_tokens: free,
      billed_tokens: billed,
      tokens_used: usedToday,
      limit_value: limit,
      percentage: Math.round((usedToday / limit) * 100),
      forecast,
    })),
    usd: message.nanoUsd === null ? null : message.nanoUsd / 1e9,
    month_usd: message.month === null ? null : message.month.nanoUsd / 1e9,
    budget_usd: message.month?.budgetUsd ?? null,
    alerts: { count: message.alerts.count, headlines: message.alerts.headlines.map(line => sanitizeLabel(line, 120)) },
  }
}
