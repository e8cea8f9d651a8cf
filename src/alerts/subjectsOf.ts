import type { Tier } from '../wire.ts'

/** What a message is about, as far as receivers choose by it. */
export interface Subject {
  tier?: Tier
  /** Percent of the limit. */
  percentage?: number
}

/** The tiers and percentages that a message tells of: one, or several where it tells of several days. Never empty. */
export function subjectsOf(message: object): readonly Subject[] {
  return 'entries' in message ? (message.entries as Subject[]) : [message as Subject]
}
