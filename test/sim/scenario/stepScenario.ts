import { Random } from '../engine/random.ts'
import type { Use } from '../world/ledger.ts'
import { KINDS, type KindSettings } from './kindSettings.ts'
import type { Scenario } from './scenario.ts'
import { makeUses } from './usage.ts'

const MIDNIGHT = Date.parse('2026-05-01T00:00:00Z')
const MINUTE = 60_000
const OWNERS = { apiKey: 'key_a', user: 'user-a' }

const EVERY_KIND: KindSettings = {
  alerts: KINDS,
  limitCounts: 'all',
  budgetUsd: 0.02,
  budgetThresholds: [10, 100],
  digest: { everyHours: 1, hour: 0, minute: 10 },
  leftoverHours: 1,
  heartbeat: true,
  brake: null,
}

/** Every quarter of an hour a little of both tiers, so that one poll after the other crosses something. */
function crossings(start: number, heal: number): Use[] {
  const uses: Use[] = []
  for (let at = Math.floor(start / 1000) - 1800; at < heal / 1000 - 3600; at += 900) {
    for (const model of ['gpt-4o-2024-08-06', 'gpt-4o-mini']) {
      const counts = { input: 250, output: 150, cached: 50, requests: 1 }
      uses.push({
        at,
        model,
        serviceTier: null,
        project: 'proj_a',
        ...OWNERS,
        ...counts,
        visibleAt: at + 60,
        goneAt: null,
      })
    }
  }
  return uses
}

/**
 * The evening of a first start, a midnight and the early morning: backfill, alerts of several thresholds on three
 * receivers, hours handed to D1, a day that closes, a dashboard, an outage that is told of. Everything the tracker ever
 * does, in little time.
 */
export function stepScenario(): Scenario {
  const start = MIDNIGHT - 95 * MINUTE
  const heal = MIDNIGHT + 168 * MINUTE
  return {
    seed: 1,
    alphabet: 'ordinary',
    start,
    heal,
    everyMinutes: 30,
    settings: { premiumLimit: 3000, miniLimit: 2000, thresholds: [10, 50, 100], receivers: [0, 1, 2], ...EVERY_KIND },
    odd: false,
    closesAwake: false,
    migratedAtStart: true,
    watchdogMinutes: 5,
    uses: [
      ...makeUses(new Random(4), { start, heal }, { late: 0.6, taken: 0.1, veryLate: 0 }),
      ...crossings(start, heal),
    ],
    ops: [
      { at: start, kind: 'receiver', until: start + 40 * MINUTE, receiver: 1, mode: 'error500' },
      { at: start + 30 * MINUTE, kind: 'receiver', until: start + 50 * MINUTE, receiver: 2, mode: 'takesAndHangs' },
      { at: start + 94 * MINUTE, kind: 'receiver', until: start + 100 * MINUTE, receiver: 0, mode: 'redirect' },
      { at: start + 20 * MINUTE, kind: 'connect', broken: false },
      { at: start + 21 * MINUTE, kind: 'poll' },
      { at: start + 22 * MINUTE, kind: 'reconcile', daysAgo: 0 },
      { at: start + 50 * MINUTE, kind: 'evict' },
      // A receiver that hangs while somebody waits for the answer of a poll, and OpenAI's wish to be left alone.
      { at: start + 35 * MINUTE + 5000, kind: 'poll' },
      { at: start + 125 * MINUTE, kind: 'upstream', until: start + 126 * MINUTE, fault: 'limited429', share: 1 },
      { at: start + 125 * MINUTE + 5000, kind: 'poll' },
      { at: start + 125 * MINUTE + 6000, kind: 'poll' },
      // From the slot at 1:30 on; at 2:30, three slots after the last reading, the receivers are told, at 2:40 of its end.
      { at: MIDNIGHT + 75 * MINUTE, kind: 'upstream', until: MIDNIGHT + 155 * MINUTE, fault: 'error503', share: 1 },
      { at: MIDNIGHT + 160 * MINUTE, kind: 'poll' },
    ],
  }
}
