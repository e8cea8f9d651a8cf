import type { UsageEvent } from '../ledger/usage-event.ts'

const EVERY = 150

/**
 * Second thoughts about lines already shown: some grow, some shrink, hours later and never after a day and a half.
 * A line that shrinks keeps part of its tokens, so no bucket can turn negative at any moment.
 */
export function corrections(events: readonly UsageEvent[], random: () => number): UsageEvent[] {
  const changes: UsageEvent[] = []
  for (const event of events) {
    if (random() >= 1 / EVERY) continue
    const factor = random() < 0.65 ? 0.2 + random() : -(0.1 + 0.6 * random())
    const [cached, cacheWrite, output] = [event.cached, event.cacheWrite, event.output].map(n => Math.trunc(n * factor))
    const fresh = Math.trunc((event.input - event.cached - event.cacheWrite) * factor)
    changes.push({
      ...event,
      visibleFrom: event.visibleFrom + 1800 + Math.floor(random() * 43_200),
      cached: cached ?? 0,
      cacheWrite: cacheWrite ?? 0,
      output: output ?? 0,
      input: fresh + (cached ?? 0) + (cacheWrite ?? 0),
      requests: 0,
    })
  }
  return changes
}
