import type { MissedEntry, MissedMessage } from '../../../src/alerts/missedMessage.ts'

/** A premium day over its limit that had passed 80 and 100. */
export function sampleEntry(partial: Partial<MissedEntry> = {}): MissedEntry {
  return {
    date: '2024-12-16',
    tier: 'premium',
    threshold: 100,
    thresholds: [80, 100],
    tokensUsed: 1_120_400,
    limit: 1_000_000,
    percentage: 112,
    resetsAt: 1_734_393_600,
    ...partial,
  }
}

/** Two days that are over, one of them in both tiers, seen on 2024-12-19 at 10:10 UTC. */
export function sampleMissed(partial: Partial<MissedMessage> = {}): MissedMessage {
  return {
    kind: 'missed',
    id: 'missed-k3x9-1734603000',
    firedAt: 1_734_603_000,
    counts: 'all',
    entries: [
      sampleEntry(),
      sampleEntry({
        tier: 'mini',
        threshold: 80,
        thresholds: [80],
        tokensUsed: 8_100_000,
        limit: 10_000_000,
        percentage: 81,
      }),
      sampleEntry({
        date: '2024-12-18',
        threshold: 80,
        thresholds: [80],
        tokensUsed: 910_000,
        percentage: 91,
        resetsAt: 1_734_566_400,
      }),
    ],
    ...partial,
  }
}

/** `count` entries in their order, two a date from 2024-12-01 on, each at another percentage of its limit. */
export function manyEntries(count: number): MissedEntry[] {
  return Array.from({ length: count }, (_, n) => {
    const date = `2024-12-${String(1 + Math.floor(n / 2)).padStart(2, '0')}`
    const percentage = 80 + ((n * 11) % count)
    const thresholds = percentage < 100 ? [80] : [80, 100]
    return sampleEntry({
      date,
      tier: n % 2 === 0 ? 'premium' : 'mini',
      threshold: thresholds.at(-1) ?? 0,
      thresholds,
      tokensUsed: percentage * 10_000,
      percentage,
      resetsAt: Date.parse(date) / 1000 + 86_400,
    })
  })
}
