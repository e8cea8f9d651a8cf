import { Random } from '../engine/random.ts'
import type { Use } from '../world/ledger.ts'
import { FEW_KINDS } from './kindSettings.ts'
import type { Op, Scenario } from './scenario.ts'
import { makeUses } from './usage.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const AGE_DAYS = 400

/**
 * Four hundred days in one life: alerts of both tiers every day, two receivers, now and then an eviction, a crash, a night
 * without the object. What it costs to be awake must not grow, and every day must end up exact in D1.
 */
export function ageScenario(seed: number): Scenario {
  const random = new Random(seed * 7919 + 3)
  const start = Date.parse('2026-03-10T00:00:00Z') + random.int(0, DAY)
  const heal = start + AGE_DAYS * DAY
  const ops: Op[] = []
  for (let day = 1; day < AGE_DAYS; day++) {
    const at = start + day * DAY + random.int(0, DAY - 1)
    if (random.chance(0.15)) ops.push({ at, kind: 'evict' })
    if (random.chance(0.1)) ops.push({ at, kind: 'crash', loses: random.chance(0.5) })
    if (random.chance(0.01)) ops.push({ at, kind: 'down', until: at + random.int(MINUTE, 12 * 60 * MINUTE) })
  }
  return {
    seed,
    alphabet: 'age',
    start,
    heal,
    everyMinutes: 120,
    settings: { premiumLimit: 3000, miniLimit: 2000, thresholds: [50, 80, 95, 100], receivers: [0, 2], ...FEW_KINDS },
    odd: false,
    closesAwake: true,
    migratedAtStart: true,
    watchdogMinutes: 60,
    uses: [
      ...makeUses(random, { start, heal }, { late: 0.05, taken: 0.02, veryLate: 0 }),
      ...daily(random, start, heal),
    ],
    ops,
  }
}

/** On every day both tiers pass all thresholds, in two steps. */
function daily(random: Random, start: number, heal: number): Use[] {
  const uses: Use[] = []
  for (let day = Math.ceil(start / DAY); day * DAY < heal; day++) {
    for (const model of ['gpt-4o-2024-08-06', 'gpt-4o-mini']) {
      for (const hours of [random.int(0, 10), random.int(12, 21)]) {
        const at = (day * DAY) / 1000 + hours * 3600 + random.int(0, 3599)
        const names = { model, serviceTier: null, project: 'proj_a', apiKey: 'key_a', user: null }
        uses.push({ at, ...names, input: 1600, output: 0, cached: 0, requests: 1, visibleAt: at, goneAt: null })
      }
    }
  }
  return uses
}
