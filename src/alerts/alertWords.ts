import type { AlertMessage } from './alertMessage.ts'
import { causeFacts } from './causes.ts'
import { countedFact, countedNoun } from './countedWords.ts'
import { groupedDigits } from './groupedDigits.ts'
import type { MessageWords } from './messageWords.ts'
import { sanitizeLabel } from './sanitizeLabel.ts'
import { utcMinute } from './utcMinute.ts'

/** A list of hundreds is allowed in ALERT_THRESHOLD, but no receiver takes, and nobody reads, hundreds in a message. */
const MOST_THRESHOLDS = 10

/** The contract of the alert's first line; clients and people match on it. */
export function alertHeadline(message: Pick<AlertMessage, 'tier' | 'percentage'>): string {
  return `⚠️ OpenAI Usage Alert: ${sanitizeLabel(message.tier).toUpperCase()} tier at ${message.percentage}%`
}

export function alertWords(message: AlertMessage): MessageWords {
  const { tokensUsed, limit, late, resetsAt } = message
  const date = sanitizeLabel(message.date)
  const left = limit - tokensUsed
  const used = `${groupedDigits(tokensUsed)} of ${groupedDigits(limit)} ${countedNoun(message.counts)}`
  const rest = left >= 0 ? `${groupedDigits(left)} left` : `${groupedDigits(-left)} over`
  const passed = listed(message.thresholds)
  const causes = causeFacts(message.causes)
  const resets = { label: late ? 'Started anew' : 'Resets', value: utcMinute(resetsAt) }
  return {
    severity: tokensUsed >= limit ? 'critical' : 'warning',
    headline: alertHeadline(message),
    sentences: [
      `${used} used on ${date} (UTC), ${rest}.`,
      `Passed: ${passed} of the limit.`,
      `${resets.label}: ${resets.value}. Counted: ${countedFact(message.counts).value}.`,
      ...causes.map(({ label, value }) => `${label} that grew most: ${value}.`),
    ],
    facts: [
      { label: 'Used', value: used },
      { label: 'Rest', value: rest },
      { label: 'Thresholds passed', value: passed },
      { ...resets, moment: resetsAt },
      countedFact(message.counts),
      ...causes,
    ],
    notes: late ? [`Late: OpenAI reported this usage after ${date} had ended.`] : [],
  }
}

function listed(thresholds: readonly number[]): string {
  const highest = thresholds.slice(-MOST_THRESHOLDS).map(threshold => `${threshold}%`)
  const lower = thresholds.length - highest.length
  return (lower > 0 ? [`${lower} lower ones`, ...highest] : highest).join(', ')
}
