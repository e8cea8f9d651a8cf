import { Random } from '../engine/random.ts'
import type { LastingFault } from '../world/lastingFault.ts'
import type { Use } from '../world/ledger.ts'
import { FEW_KINDS } from './kindSettings.ts'
import type { Op, Scenario } from './scenario.ts'
import { MODELS } from './usage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const D1_TABLES = ['daily_summaries', 'usage_snapshots', 'model_usage', 'alerts', 'daily_usage', 'daily_costs'] as const

/** One fault a seed; each lasts until shortly before the end, then it is mended. */
type Make = (start: number) => { fault: LastingFault; days: number }

const midnight = (at: number, daysLater: number) => (Math.floor(at / DAY) + daysLater) * (DAY / 1000)

/** What a read is given up after: a week beyond the closing of its day, and a little. */
const GIVEN_UP_DAYS = 13

const FAULTS: readonly Make[] = [
  () => ({ fault: { kind: 'width', width: '1m' }, days: 8 }),
  () => ({ fault: { kind: 'width', width: '1h' }, days: GIVEN_UP_DAYS }),
  start => ({ fault: { kind: 'date', date: midnight(start, 1) }, days: GIVEN_UP_DAYS }),
  start => ({ fault: { kind: 'spoiledDate', date: midnight(start, 1) }, days: GIVEN_UP_DAYS }),
  start => ({ fault: { kind: 'hoursOfDate', date: midnight(start, 1), empty: false }, days: GIVEN_UP_DAYS }),
  start => ({ fault: { kind: 'hoursOfDate', date: midnight(start, 1), empty: true }, days: GIVEN_UP_DAYS }),
  start => ({ fault: { kind: 'date', date: midnight(start, -20) }, days: GIVEN_UP_DAYS }),
  start => ({ fault: { kind: 'spoiledDate', date: midnight(start, -20) }, days: GIVEN_UP_DAYS }),
  () => ({ fault: { kind: 'costs' }, days: 8 }),
  () => ({ fault: { kind: 'receiver', receiver: 1, mode: 'error500' }, days: 8 }),
  () => ({ fault: { kind: 'receiver', receiver: 2, mode: 'hangs' }, days: 8 }),
  () => ({ fault: { kind: 'receiver', receiver: 0, mode: 'gone404' }, days: 8 }),
  ...D1_TABLES.map(
    (table): Make =>
      () => ({ fault: { kind: 'd1Table', table, forGood: false }, days: 10 }),
  ),
  () => ({ fault: { kind: 'd1Table', table: 'alerts', forGood: true }, days: 6 }),
  () => ({ fault: { kind: 'key' }, days: 3 }),
  () => ({ fault: { kind: 'noReceiver' }, days: 3 }),
  () => ({ fault: { kind: 'd1ReadOnly' }, days: 15 }),
  () => ({ fault: { kind: 'd1Unmigrated' }, days: 60 }),
]

/** Of a date whose hours become empty pages, so many are read before. */
export const EMPTY_AFTER_HOURS = 20

export const LASTING_FAULTS = FAULTS.length

/** One thing fails and goes on failing. All else stays exact and in time, and the fault stands where an operator looks. */
export function lastingScenario(seed: number): Scenario {
  const random = new Random(seed * 7919 + 7)
  const start = Date.parse('2026-03-10T00:00:00Z') + random.int(6 * HOUR, 20 * HOUR)
  const make = FAULTS[(seed - 1) % FAULTS.length] as Make
  const { fault, days } = make(start)
  // The look at it comes ten minutes before: half a minute after a slot, so that nothing was used since the
  // last poll; and in the afternoon, when the alerts of the day have come.
  const heal = Math.floor(start / DAY) * DAY + days * DAY + random.int(12, 21) * HOUR + 630_000
  const ops: Op[] = [{ at: beginOf(fault, start), kind: 'lasting', until: heal - 1, fault }]
  // An absence leaves ticks to rebuild; a new start must not forget what fails.
  ops.push({ at: start + 40 * HOUR, kind: 'down', until: start + 40 * HOUR + random.int(70, 150) * MINUTE })
  ops.push({ at: start + 60 * HOUR, kind: 'evict' }, { at: start + 90 * HOUR, kind: 'crash', loses: true })
  return {
    seed,
    alphabet: 'lasting',
    start,
    heal,
    everyMinutes: days > 30 ? 60 : 30,
    settings: { premiumLimit: 3000, miniLimit: 2000, thresholds: [50, 100], receivers: [0, 1, 2], ...FEW_KINDS },
    odd: false,
    closesAwake: true,
    migratedAtStart: fault.kind !== 'd1Unmigrated',
    watchdogMinutes: fault.kind === 'key' ? 5 : 30,
    uses: usesOf(random, start, heal),
    ops,
  }
}

/** A date fails once it is over: while it is today, nobody could know what is used. */
function beginOf(fault: LastingFault, start: number): number {
  if (fault.kind === 'd1Unmigrated') return start
  if (fault.kind === 'hoursOfDate') return fault.date * 1000 + (fault.empty ? EMPTY_AFTER_HOURS * HOUR : 0)
  if ('date' in fault) return Math.max(start, fault.date * 1000 + DAY + 5 * MINUTE)
  return start + 30 * HOUR
}

/** Every hour a little, so that both thresholds of both tiers are passed every day. Nothing is late: what is, the fault made so. */
function usesOf(random: Random, start: number, heal: number): Use[] {
  const uses: Use[] = []
  for (let hour = Math.floor(start / HOUR) - 33 * 24; hour * HOUR < heal + HOUR; hour++) {
    const at = hour * 3600 + random.int(60, 3599)
    const names = {
      model: random.pick(MODELS),
      serviceTier: null,
      project: 'proj_a',
      apiKey: random.pick(['key_a', 'key_b']),
    }
    const counts = { input: random.int(300, 700), output: random.int(0, 100), cached: 0, requests: 1 }
    uses.push({ at, ...names, user: null, ...counts, visibleAt: at, goneAt: null })
  }
  return uses
}
