import type { AlertMessage } from './alertMessage.ts'
import { sanitizeLabel } from './sanitizeLabel.ts'

/** A list of hundreds is allowed in ALERT_THRESHOLD, but no receiver takes, and nobody reads, hundreds in a message. */
const MOST_THRESHOLDS = 10

/** The words of one alert, part by part; every renderer arranges these and adds none of its own. */
export interface AlertWords {
  headline: string
  /** `850,000 of 1,000,000 tokens` */
  used: string
  /** `150,000 left` or `120,400 over` */
  rest: string
  /** `50%, 80%` */
  passed: string
  /** `Resets`, or `Started anew` where that moment is past. */
  resetLabel: string
  /** `2024-12-20 00:00 UTC` */
  resets: string
  /** What a reader must know beyond the numbers; often none. */
  notes: string[]
}

/** The contract of the alert's first line; clients and people match on it. */
export function alertHeadline(message: Pick<AlertMessage, 'tier' | 'percentage'>): string {
  return `⚠️ OpenAI Usage Alert: ${sanitizeLabel(message.tier).toUpperCase()} tier at ${message.percentage}%`
}

export function alertWords(message: AlertMessage, options: { possibleRepeat: boolean }): AlertWords {
  const left = message.limit - message.tokensUsed
  const notes: string[] = []
  if (message.late) {
    notes.push(`Late: OpenAI reported this usage after ${sanitizeLabel(message.date)} had ended.`)
  }
  if (options.possibleRepeat) {
    notes.push('Possible repeat: an earlier attempt got no answer, so this may have arrived before.')
  }
  return {
    headline: alertHeadline(message),
    used: `${grouped(message.tokensUsed)} of ${grouped(message.limit)} tokens`,
    rest: left >= 0 ? `${grouped(left)} left` : `${grouped(-left)} over`,
    passed: listed(message.thresholds),
    resetLabel: message.late ? 'Started anew' : 'Resets',
    resets: utcMinute(message.resetsAt),
    notes,
  }
}

/** The alert as plain text of several lines; the first stands alone in a notification. */
export function alertText(message: AlertMessage, options: { possibleRepeat: boolean }): string {
  const words = alertWords(message, options)
  return [
    words.headline,
    `${words.used} used on ${sanitizeLabel(message.date)} (UTC), ${words.rest}.`,
    `Passed: ${words.passed} of the limit.`,
    `${words.resetLabel}: ${words.resets}.`,
    ...words.notes,
  ].join('\n')
}

function listed(thresholds: readonly number[]): string {
  const highest = thresholds.slice(-MOST_THRESHOLDS).map(threshold => `${threshold}%`)
  const lower = thresholds.length - highest.length
  return (lower > 0 ? [`${lower} lower ones`, ...highest] : highest).join(', ')
}

/** Thousands separators by hand: a formatter object per call costs 120 microseconds on workerd. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

function utcMinute(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
