import { countedTokens } from '../../usage/counted.ts'
import type { Forecast, LimitCounts, Tier } from '../../wire.ts'
import { type Causes, causeFacts } from '../causes.ts'
import { countedFact, countedNoun } from '../countedWords.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { MessageWords } from '../messageWords.ts'
import { estimatedUsd, usdWords } from '../usdWords.ts'
import { clockOf, utcMinute } from '../utcMinute.ts'
import { type DayFacts, type NoticeOf, tierRecord } from './notice.ts'

/** The forecast says that a tier's limit is reached before the reset. Once a day and tier. */
export interface PaceMessage {
  kind: 'pace'
  id: string
  date: string
  tier: Tier
  /** Counted against the limit so far. */
  tokensUsed: number
  limit: number
  counts: LimitCounts
  /** 0 to 1. */
  chance: number
  expectedTokens: number
  lowTokens: number
  highTokens: number
  /** Unix seconds, to ten minutes. */
  runsOutAt: number
  runsOutEarliest: number | null
  /** Of the last hour. */
  tokensPerHour: number
  /** What the tokens beyond the limit may cost, in billionths of a dollar; null where no price is known. */
  nanoUsd: number | null
  resetsAt: number
  firedAt: number
  causes?: Causes
}

/** `forecast`: one that has fired by the rule of `forecast/paceWatch.ts`. */
export function paceNotice(
  facts: DayFacts,
  tier: Tier,
  forecast: Forecast,
  { tokensPerHour, growth }: { tokensPerHour: number; growth: NoticeOf<PaceMessage>['growth'] },
): NoticeOf<PaceMessage> | null {
  const { chance, expected_tokens: expected, low_tokens: low, high_tokens: high, runs_out_at: runsOutAt } = forecast
  if (chance === null || expected === null || low === null || high === null || runsOutAt === null) return null
  const { date, limits, limitCounts, nowS, resetsAt, installation, lookback, totals } = facts
  const limit = limits[tier]
  const message: PaceMessage = {
    kind: 'pace',
    id: `pace-${installation}-${date}-${tier}`,
    date,
    tier,
    tokensUsed: countedTokens(totals[tier], limitCounts),
    limit,
    counts: limitCounts,
    chance,
    expectedTokens: expected,
    lowTokens: low,
    highTokens: high,
    runsOutAt,
    runsOutEarliest: forecast.runs_out_earliest,
    tokensPerHour: Math.round(tokensPerHour),
    nanoUsd: estimatedUsd(expected - limit, lookback.nanoUsdPerBilledToken),
    resetsAt,
    firedAt: nowS,
  }
  const record = tierRecord(facts, { kind: 'pace', tier, message: paceHeadline(message) })
  return { records: [record], message, ...(growth !== undefined && { growth }) }
}

export function paceHeadline({ tier, runsOutAt }: Pick<PaceMessage, 'tier' | 'runsOutAt'>): string {
  return `⏳ OpenAI Usage Forecast: ${tier.toUpperCase()} tier runs out about ${clockOf(runsOutAt)}`
}

export function paceWords(message: PaceMessage): MessageWords {
  const { tokensUsed, limit, counts, expectedTokens, lowTokens, highTokens, tokensPerHour, nanoUsd } = message
  const noun = countedNoun(counts)
  const used = `${groupedDigits(tokensUsed)} of ${groupedDigits(limit)} ${noun}`
  const range = `${groupedDigits(expectedTokens)} (${groupedDigits(lowTokens)} to ${groupedDigits(highTokens)})`
  const over = Math.max(0, expectedTokens - limit)
  const maybe = message.runsOutEarliest === null ? '' : `, maybe from ${clockOf(message.runsOutEarliest)}`
  const runsOut = `about ${clockOf(message.runsOutAt)}${maybe}`
  const money = nanoUsd === null ? '' : `, about ${usdWords(nanoUsd)} at what a billed token cost here lately`
  const causes = causeFacts(message.causes)
  return {
    severity: 'warning',
    headline: paceHeadline(message),
    sentences: [
      `${used} are used, ${groupedDigits(tokensPerHour)} in the last hour.`,
      `Expected at the reset: ${range}; the limit is reached ${runsOut}.`,
      `That is ${groupedDigits(over)} tokens beyond the limit${money}.`,
      ...causes.map(({ label, value }) => `${label} that use most today: ${value}.`),
    ],
    facts: [
      { label: 'Used', value: used },
      { label: 'Runs out', value: runsOut, moment: message.runsOutAt },
      { label: 'Expected at the reset', value: range },
      { label: 'Beyond the limit', value: `${groupedDigits(over)} tokens${money}` },
      { label: 'Pace', value: `${groupedDigits(tokensPerHour)} tokens in the last hour` },
      { label: 'Chance', value: `${Math.round(message.chance * 100)}%` },
      { label: 'Resets', value: utcMinute(message.resetsAt), moment: message.resetsAt },
      countedFact(counts),
      ...causes,
    ],
    notes: [
      'Why now: by past days and the pace of the last hours, the limit is reached before the reset. A forecast, no promise.',
      'What to do: slow down or move what can wait past 00:00 UTC, or expect the rest of the day to be billed.',
    ],
  }
}

export function paceFields(message: PaceMessage): object {
  return {
    date: message.date,
    tier: message.tier,
    tokens_used: message.tokensUsed,
    limit_value: message.limit,
    percentage: Math.round((message.tokensUsed / message.limit) * 100),
    limit_counts: message.counts,
    chance: message.chance,
    expected_tokens: message.expectedTokens,
    low_tokens: message.lowTokens,
    high_tokens: message.highTokens,
    runs_out_at: message.runsOutAt,
    runs_out_earliest: message.runsOutEarliest,
    tokens_per_hour: message.tokensPerHour,
    estimated_usd: message.nanoUsd === null ? null : message.nanoUsd / 1e9,
    resets_at: message.resetsAt,
  }
}
