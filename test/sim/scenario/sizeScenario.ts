import { Random } from '../engine/random.ts'
import type { Use } from '../world/ledger.ts'
import { RECEIVER_URLS } from '../world/receivers.ts'
import { FEW_KINDS } from './kindSettings.ts'
import type { Op, Scenario } from './scenario.ts'
import { MODELS } from './usage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const GROUPS = 1_000

/**
 * A thousand groups by model, service tier, project, key and user, each used in every hour, and ten receivers: what a wake
 * asks for and what it writes must stay small. Every other life is away for most of a day.
 */
export function sizeScenario(seed: number): Scenario {
  const random = new Random(seed * 7919 + 5)
  const start = Date.parse('2026-04-28T00:00:00Z') + random.int(0, 3 * HOUR)
  const heal = start + 34 * HOUR
  const ops: Op[] = []
  if (seed % 2 === 0) ops.push({ at: start + 3 * HOUR, kind: 'down', until: start + random.int(22, 28) * HOUR })
  return {
    seed,
    alphabet: 'size',
    start,
    heal,
    everyMinutes: 30,
    settings: {
      premiumLimit: 1_000_000,
      miniLimit: 500_000,
      thresholds: [10, 20, 30, 50, 80, 95, 100],
      receivers: RECEIVER_URLS.map((_, index) => index),
      ...FEW_KINDS,
    },
    odd: false,
    closesAwake: false,
    migratedAtStart: true,
    watchdogMinutes: 30,
    uses: usesOf(random, start, heal),
    ops,
  }
}

function usesOf(random: Random, start: number, heal: number): Use[] {
  const uses: Use[] = []
  for (let hour = start - 12 * HOUR; hour < heal + HOUR / 2; hour += HOUR) {
    for (let group = 0; group < GROUPS; group++) {
      const at = Math.floor(hour / 1000) + random.int(0, 1799)
      const names = {
        model: MODELS[group % MODELS.length] ?? 'gpt-4o',
        serviceTier: group % 2 === 0 ? null : 'incentivized-tier',
        project: `proj_${group % 7}`,
        apiKey: `key_${group % 50}`,
        user: `user-${group}`,
      }
      const counts = { input: random.int(1, 60), output: random.int(0, 20), cached: 0, requests: 1 }
      uses.push({ at, ...names, ...counts, visibleAt: at, goneAt: null })
    }
  }
  return uses
}
