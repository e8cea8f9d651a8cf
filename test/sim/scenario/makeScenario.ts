import type { Blow, PortCall } from '../engine/faultPoints.ts'
import { Random } from '../engine/random.ts'
import { RECEIVER_MODES } from '../world/receivers.ts'
import { UPSTREAM_FAULTS } from '../world/upstreamFaults.ts'
import { ageScenario } from './ageScenario.ts'
import { brakeScenario } from './brakeScenario.ts'
import { kindChange, kindSettingsOf } from './kindSettings.ts'
import { lastingScenario } from './lastingScenario.ts'
import type { Alphabet, Op, Scenario, Settings } from './scenario.ts'
import { sizeScenario } from './sizeScenario.ts'
import { makeUses } from './usage.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A plain week, a leap day, a year's end, a month's end. */
const STARTS = ['2026-03-10', '2028-02-27', '2026-12-29', '2026-04-28'].map(date => Date.parse(`${date}T00:00:00Z`))
const BLOWS: readonly Blow[] = ['crashBefore', 'crashAfter', 'throwBefore', 'throwAfter', 'hang']
const CALLS: readonly (PortCall | null)[] = [
  null,
  'sql',
  'transaction',
  'openai',
  'd1',
  'webhook',
  'heartbeat',
  'alarm',
  'socket',
]

export function makeScenario(seed: number, alphabet: Alphabet): Scenario {
  if (alphabet === 'age') return ageScenario(seed)
  if (alphabet === 'size') return sizeScenario(seed)
  if (alphabet === 'lasting') return lastingScenario(seed)
  if (alphabet === 'brake') return brakeScenario(seed)
  const random = new Random(seed * 7919 + alphabet.length)
  const start = random.pick(STARTS) + random.int(0, DAY)
  const heal = start + Math.floor(lengthOf(random, alphabet))
  const everyMinutes = random.pick([5, 10, 15, 15, 30, 30, 60])
  const unsettled = alphabet === 'ordinary' ? 0.1 : 0.35
  return {
    seed,
    alphabet,
    start,
    heal,
    everyMinutes,
    settings: settingsOf(random),
    odd: alphabet === 'adversarial' || random.chance(0.1),
    closesAwake: everyMinutes >= 30 || random.chance(0.05),
    migratedAtStart: alphabet === 'ordinary' || random.chance(0.7),
    watchdogMinutes: 5,
    uses: makeUses(
      random.fork('uses'),
      { start, heal },
      {
        late: unsettled,
        taken: unsettled / 3,
        veryLate: 0.03,
        kinds: true,
      },
    ),
    ops: makeOps(random.fork('ops'), alphabet, start, heal).sort((a, b) => a.at - b.at),
  }
}

function lengthOf(random: Random, alphabet: Alphabet): number {
  if (alphabet === 'ordinary') return (1 + 3 * random.next()) * DAY
  if (alphabet === 'adversarial') return (0.5 + 1.5 * random.next()) * DAY
  return (1 + 5 * random.next()) * DAY
}

function settingsOf(random: Random): Required<Settings> {
  return {
    premiumLimit: random.pick([3000, 8000, 20_000]),
    miniLimit: random.pick([2000, 5000, 10_000]),
    thresholds: random.pick([[80], [50, 80, 95, 100], [0.5, 33.333, 100], [10, 100, 150]]),
    receivers: random.pick([[], [0], [2], [0, 1, 2], [1, 2, 3]]),
    ...kindSettingsOf(random),
  }
}

function makeOps(random: Random, alphabet: Alphabet, start: number, heal: number): Op[] {
  const ops: Op[] = []
  const when = () => random.int(start, heal - MINUTE)
  const until = (at: number, longest: number) => Math.min(heal, at + random.int(1000, longest))
  const add = (count: number, make: (at: number) => Op) => {
    for (let n = 0; n < count; n++) ops.push(make(when()))
  }
  const days = Math.ceil((heal - start) / DAY)
  const calm = alphabet === 'ordinary'
  add(random.int(0, 3), at => ({ at, kind: 'look' }))
  add(random.int(0, 4), at => ({ at, kind: 'connect', broken: random.chance(0.2) }))
  add(random.int(0, 2), at => ({ at, kind: 'poll' }))
  add(random.int(0, 1), at => ({ at, kind: 'reconcile', daysAgo: random.pick([-2, 0, 1, 2, 4, 8, 500]) }))
  add(random.int(0, 2 * days), at => ({ at, kind: 'evict' }))
  add(random.int(0, calm ? 1 : days), at => ({ at, kind: 'crash', loses: random.chance(0.5) }))
  if (!calm || random.chance(0.3)) ops.push({ at: when(), kind: 'migrate' })
  const longest = calm ? 40 * MINUTE : random.pick([10 * MINUTE, HOUR, 6 * HOUR, 30 * HOUR])
  add(random.int(0, calm ? 1 : 2 * days), at => {
    const share = random.pick([1, 1, 0.5, 0.1])
    return { at, kind: 'upstream', until: until(at, longest), fault: random.pick(UPSTREAM_FAULTS), share }
  })
  add(random.int(0, calm ? 0 : 1), at => ({
    at,
    kind: 'upstream',
    until: until(at, longest),
    fault: 'halfGone',
    share: 1,
  }))
  add(random.int(0, calm ? 1 : days), at => {
    const fault = random.pick(['throws', 'hangs', 'losesAnswer', 'actsLate'] as const)
    return {
      at,
      kind: 'd1',
      until: until(
        at,
        random.pick([
          10 * MINUTE,
          10 * MINUTE,
          HOUR,
          alphabet === 'nemesis' && random.chance(0.4) ? 3 * DAY : 3 * HOUR,
        ]),
      ),
      fault,
    }
  })
  add(random.int(0, calm ? 1 : 2 * days), at => {
    const mode = random.pick(RECEIVER_MODES)
    return {
      at,
      kind: 'receiver',
      until: until(at, random.pick([HOUR, 12 * HOUR, 40 * HOUR])),
      receiver: random.int(0, 3),
      mode,
    }
  })
  if (!calm) add(random.int(0, 6 * days), at => strike(random, at))
  if (alphabet === 'nemesis') addNemesis(random, ops, add, until, days)
  return ops
}

function strike(random: Random, at: number): Op {
  const only = random.pick(CALLS)
  const nth = random.int(0, only === null ? 60 : only === 'webhook' ? 2 : 12)
  return { at, kind: 'strike', nth, blow: random.pick(BLOWS), only, loses: random.chance(0.5) }
}

function addNemesis(
  random: Random,
  ops: Op[],
  add: (count: number, make: (at: number) => Op) => void,
  until: (at: number, longest: number) => number,
  days: number,
): void {
  add(random.int(0, 2), at => ({
    at,
    kind: 'down',
    until: until(at, random.pick([10 * MINUTE, 5 * HOUR, 20 * HOUR, 4 * DAY])),
  }))
  add(random.int(0, 2), at => ({ at, kind: 'loseAlarm' }))
  add(random.int(0, days), at => ({ at, kind: 'configure', change: configured(random) }))
  if (random.chance(0.4)) {
    add(random.int(1, 2), at => {
      const skew = random.pick([-1, 1]) * random.pick([2000, 90_000, HOUR, 11 * HOUR])
      return { at, kind: 'clock', until: until(at, 8 * HOUR), skew }
    })
  }
  // Whatever happens, it likes midnight.
  for (const op of ops) {
    if (!random.chance(0.2)) continue
    const midnight = Math.ceil(op.at / DAY) * DAY + random.int(-5000, 5000)
    if ('until' in op && op.until <= midnight) continue
    if (ops[0] !== undefined && midnight < until(midnight, 1)) op.at = midnight
  }
}

function configured(random: Random): Settings {
  const all = settingsOf(random)
  const change: Settings = {}
  if (random.chance(0.4)) Object.assign(change, { premiumLimit: all.premiumLimit, miniLimit: all.miniLimit })
  if (random.chance(0.4)) change.thresholds = all.thresholds
  if (random.chance(0.4)) change.receivers = all.receivers
  Object.assign(change, kindChange(random))
  return change
}
