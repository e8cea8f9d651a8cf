import type { Random } from '../engine/random.ts'
import type { Use } from '../world/ledger.ts'
import { addKindUses } from './kindUses.ts'
import { CLOSED_MS, SETTLE_MS, USE_GOES_ON_MS, VERY_LATE_MS } from './scenario.ts'

const HOUR = 3600
const DAY = 86_400
export const MODELS = [
  'gpt-4o-2024-08-06',
  'gpt-4o-mini',
  'gpt-5-mini-2025-08-07',
  'zeta-9',
  '__proto__',
  'gpt-4-turbo',
] as const
const SERVICE_TIERS = [null, 'default', 'incentivized-tier'] as const
const PROJECTS = [null, 'proj_a', 'proj_b'] as const
const API_KEYS = [null, 'key_a', 'key_b'] as const
const USERS = [null, 'user-a'] as const

interface Habits {
  /** Share of uses that OpenAI shows late, and of those it takes back. */
  late: number
  taken: number
  /** Share of uses that OpenAI changes after their day has closed. */
  veryLate: number
  /** Also what other kinds than thresholds tell of. */
  kinds?: boolean
}

/** Requests from a month before the start on. Nothing changes in the last hour before either look. */
export function makeUses(random: Random, span: { start: number; heal: number }, habits: Habits): Use[] {
  const start = Math.floor(span.start / 1000)
  const end = Math.floor((span.heal + USE_GOES_ON_MS) / 1000)
  const uses: Use[] = []
  for (let day = Math.floor(start / DAY) - 33; day * DAY < end; day++) {
    const before = (day + 3) * DAY < start
    const busy = random.pick([0, 4, 12, 12, 25])
    const count = before ? Math.min(4, busy) : busy
    for (let n = 0; n < count; n++) {
      const at =
        day * DAY + (random.chance(0.1) ? random.pick([0, DAY - 1, HOUR, 12 * HOUR - 1]) : random.int(0, DAY - 1))
      if (at >= end) continue
      const use = makeUse(random, at)
      if (at > start - 2 * DAY) unsettle(random, use, habits, span)
      uses.push(use)
    }
  }
  return habits.kinds === true ? addKindUses(random.fork('kinds'), uses, span, end) : uses
}

function makeUse(random: Random, at: number): Use {
  const input = random.int(0, 900)
  return {
    at,
    model: random.pick(MODELS),
    serviceTier: random.pick(SERVICE_TIERS),
    project: random.pick(PROJECTS),
    apiKey: random.pick(API_KEYS),
    user: random.pick(USERS),
    input,
    output: random.int(0, 300),
    cached: random.int(0, input),
    requests: random.int(1, 3),
    visibleAt: at,
    goneAt: null,
  }
}

/** Late or taken back, but within the 48 h that a day stays open. */
function unsettle(random: Random, use: Use, habits: Habits, span: { start: number; heal: number }): void {
  const closes = (Math.floor(use.at / DAY) + 3) * DAY
  // A clock that is ahead closes days as much too early; the nemesis sets it ahead by eleven hours.
  const latest = closes - 13 * HOUR
  use.visibleAt = use.at + random.int(0, 300)
  if (random.chance(habits.late)) use.visibleAt = random.int(use.at, Math.max(use.at, latest))
  if (random.chance(habits.taken) && use.visibleAt < latest) use.goneAt = random.int(use.visibleAt + 1, latest)
  use.visibleAt = outOfTheWay(use.visibleAt, span.heal)
  if (use.goneAt !== null) use.goneAt = outOfTheWay(use.goneAt, span.heal)
  if (use.goneAt !== null && use.goneAt <= use.visibleAt) use.goneAt = null
  // Its day must be closed at the second look even when it is the last one.
  if (use.goneAt === null && random.chance(habits.veryLate)) {
    if (random.chance(0.5)) use.visibleAt = Math.floor((span.heal + VERY_LATE_MS) / 1000)
    else use.goneAt = Math.floor((span.heal + VERY_LATE_MS) / 1000)
  }
}

function outOfTheWay(at: number, heal: number): number {
  const quietFrom = Math.floor((heal + USE_GOES_ON_MS) / 1000) + 300
  const quietTo = Math.floor((heal + SETTLE_MS) / 1000) + 300
  const end = Math.floor((heal + CLOSED_MS) / 1000) - 2 * HOUR
  if (at >= quietFrom && at <= quietTo) return Math.min(quietTo + 60, end)
  return at
}
