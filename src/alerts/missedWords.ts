import type { LimitCounts } from '../wire.ts'
import { countedFact, countedNoun } from './countedWords.ts'
import { groupedDigits } from './groupedDigits.ts'
import type { MessageWords } from './messageWords.ts'
import { highestEntries, type MissedEntry, type MissedMessage } from './missedMessage.ts'
import { sanitizeLabel } from './sanitizeLabel.ts'

/** Discord takes 25 fields and 2,000 characters of text, and nobody reads more. */
const MOST_LINES = 20

/** Stands beside the alert's own headline: the same beginning, so that filters on it see both. */
export function missedHeadline({ entries }: Pick<MissedMessage, 'entries'>): string {
  const days = new Set(entries.map(entry => entry.date)).size
  return `⚠️ OpenAI Usage Alert: thresholds were passed on ${days === 1 ? '1 day that is' : `${days} days that are`} over`
}

export function missedWords(message: MissedMessage): MessageWords {
  const { entries, counts } = message
  const shown = highestEntries(entries, MOST_LINES)
  const facts = shown.map(entry => ({ label: dayLabel(entry), value: dayValue(entry, counts) }))
  const unlisted = entries.length - shown.length
  return {
    severity: entries.some(entry => entry.tokensUsed >= entry.limit) ? 'critical' : 'warning',
    headline: missedHeadline(message),
    sentences: facts.map(({ label, value }) => `${label}: ${value}`),
    facts,
    notes: [
      `Counted: ${countedFact(counts).value}.`,
      ...(unlisted > 0 ? [`and ${unlisted} more, none of them higher.`] : []),
      'Late: this became known after the days had ended (UTC), because the tracker was away or OpenAI reported late.',
    ],
  }
}

function dayLabel({ date, tier }: MissedEntry): string {
  return `${sanitizeLabel(date)} ${sanitizeLabel(tier).toUpperCase()}`
}

function dayValue({ threshold, percentage, tokensUsed, limit }: MissedEntry, counts: LimitCounts | undefined): string {
  const used = `${groupedDigits(tokensUsed)} of ${groupedDigits(limit)} ${countedNoun(counts)}`
  return `passed ${threshold}%, at ${percentage}% (${used})`
}
