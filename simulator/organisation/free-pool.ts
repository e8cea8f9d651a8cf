import type { UsageEvent } from '../ledger/usage-event.ts'

/** The name of traffic paid by complimentary tokens: not in the published description, seen by many readers. */
export const FREE_TIER = 'incentivized-tier'
export const BILLED_TIER = 'default'

/**
 * Marks requests free until one would cross the quota; that one is billed whole, and so is all after it (Help Center
 * 10306912; whether a later, smaller request could be free again is not said). `events` are those of one UTC day,
 * one pool, shared projects only.
 */
export function spendFreePool(events: UsageEvent[], quota: number): void {
  let used = 0
  let open = true
  for (const event of events.sort((a, b) => a.time - b.time)) {
    const tokens = event.input + event.output
    open &&= used + tokens <= quota
    event.serviceTier = open ? FREE_TIER : BILLED_TIER
    if (open) used += tokens
  }
}
