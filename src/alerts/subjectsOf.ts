import type { Tier } from '../wire.ts'

/** What a message is about, as far as receivers choose by it. */
export interface Subject {
  tier?: Tier
  /** Percent of the limit. */
  percentage?: number
}

/** The tiers and percentages that a message tells of: one, or several where it tells of several days or tiers. Never empty. */
export function subjectsOf(message: object): readonly Subject[] {
  if ('entries' in message) return message.entries as Subject[]
  return 'tiers' in message ? (message.tiers as Subject[]) : [message as Subject]
}
