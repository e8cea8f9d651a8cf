import type { AlertKind, AlertView } from '../../../wire.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'

/** What each kind of alert tells. */
export const KIND_WORDS: Record<AlertKind, { name: string; tells: string }> = {
  threshold: { name: 'Threshold', tells: 'A tier reached a percentage of its limit (ALERT_THRESHOLD).' },
  pace: { name: 'Pace', tells: 'The forecast says that the limit is reached before the reset.' },
  billed: { name: 'Billed', tells: 'Tokens that can be free begin to be billed.' },
  free_stopped: { name: 'Free stopped', tells: 'A tier that had free tokens has none today.' },
  spike: { name: 'Spike', tells: 'A key or project uses far more than on any day of the last two weeks.' },
  budget: { name: 'Budget', tells: 'The month’s costs reached a percentage of MONTHLY_BUDGET_USD.' },
  new_model: { name: 'New model', tells: 'A model that the catalogue does not know was counted as premium.' },
  leftover: { name: 'Leftover', tells: 'Free tokens that would go unused at the reset (LEFTOVER_HOURS).' },
  digest: { name: 'Digest', tells: 'A summary at the times of DIGEST_CRON.' },
  brake: { name: 'Brake', tells: 'The brake (BRAKE) was set or released, would have been set, or fails.' },
  watch: { name: 'Watch', tells: 'The tracker itself is blind, and when it sees again.' },
}

/** What an alert tells, without the words that every message begins with. */
export function shortMessage({ message }: Pick<AlertView, 'message'>): string {
  const [first = ''] = message.split('\n')
  return cleanLabel(first.replace(/^\W*OpenAI (Usage|Costs)( Alert| Tracker)?: */i, ''))
}

/** The setting that would turn a kind off: all that send now but this. Nothing at all would mean every kind. */
export function withoutKind(on: readonly AlertKind[], kind: AlertKind): string {
  return `ALERTS = "${on.filter(each => each !== kind).join(',') || 'none'}"`
}

/** What the page holds of today is newer than what was asked for once. Newest first. */
export function merged(asked: readonly AlertView[], live: readonly AlertView[]): AlertView[] {
  const known = new Map([...asked, ...live].map(alert => [alert.id, alert]))
  return [...known.values()].sort((a, b) => b.timestamp - a.timestamp || b.id - a.id)
}
