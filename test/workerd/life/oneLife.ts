import type { DayPoint, SnapshotPoint } from '../../../src/wire.ts'
import type { Use } from '../tracker/ledger.ts'
import { DAY, type Dashboard, MIDNIGHT, type Sent, World } from '../tracker/world.ts'

// One random life of the tracker in workerd: real storage, D1, eviction, abort, hibernated sockets; the clock and the
// alarms are turned by hand. What must hold at any time is looked at after every step, what must come true in the end
// once the faults have stopped.

const STEP_S = 300
const LIMITS = { premium: 1_000_000, mini: 10_000_000 }
const THRESHOLDS = [10, 25, 50, 80, 100]
const MODELS = { premium: 'gpt-4o-2024-11-20', mini: 'gpt-4o-mini-2024-07-18' }
const TIERS = ['premium', 'mini'] as const
/** The longest pause of a delivery is an hour, and the hours of a day are handed over an hour after their end. */
const HEALED_AFTER_S = 2 * 3600 + 600
const MOST_DASHBOARDS = 4
/** A longer gap is rebuilt by the hour. A success can be this much older than the step that sees it. */
const LONGEST_BY_MINUTE_S = DAY - 5 * 3600

export interface Life {
  steps: string[]
  polls: number
  crashes: number
  messages: number
  snapshots: number
}

/** Lives through `steps` steps and heals. Throws with the step at which something did not hold. */
export async function oneLife(random: () => number, steps: number): Promise<Life> {
  const world = await World.make({
    vars: {
      ALERT_THRESHOLD: THRESHOLDS.join(','),
      ALERT_WEBHOOK_URL: 'https://one.example/hook https://two.example/hook',
      POLL_COOLDOWN_SECONDS: '0',
    },
  })
  const life: Life = { steps: [], polls: 0, crashes: 0, messages: 0, snapshots: 0 }
  const bornAt = world.now
  const dashboards: { open: Dashboard; seen: Dashboard[] }[] = []
  /** Numbers that a POST has acknowledged, by the second. */
  const acknowledged = new Map<number, { premium: number; mini: number }>()
  const delivered = new Map<string, Set<string>>()
  /** Stretches without a success that are too long for minute buckets: from the last one before to the first after. */
  const outages: { from: number; to: number }[] = []
  let lastSuccess = bornAt
  let sick: 'none' | 'first' | 'both' = 'none'
  world.receiver = sent => answer(sent)
  await world.watch()
  await world.alarm()

  const below = (end: number) => Math.floor(random() * end)
  const deeds: Record<string, () => Promise<unknown>> = {
    use: async () => use(),
    late: async () => use(world.now + below(7200)),
    minutes: () => world.run(world.now + 60 + below(1200)),
    hours: () => world.run(world.now + 3600 + below(3 * 3600)),
    downtime: async () => {
      world.now += 600 + below(5 * 3600)
      // Whoever comes first: the platform, late, or a request.
      await (random() < 0.5 ? world.watch() : world.alarm())
    },
    poll,
    evict: () => world.evict(),
    crash: async () => {
      life.crashes += 1
      await world.crash()
    },
    'crash while reading': () =>
      crashDuring(() => {
        world.upstream = () => new Promise(() => {})
      }),
    'crash while sending': () =>
      crashDuring(() => {
        use()
        world.receiver = () => new Promise(() => {})
      }),
    'crash while D1 writes': () => crashDuring(() => world.useDb(hanging(world.db))),
    'OpenAI fails': async () => {
      world.upstream = () => new Response('', { status: [500, 503, 429][below(3)] ?? 500 })
    },
    'OpenAI answers': async () => {
      world.upstream = () => null
    },
    'D1 fails': async () => world.useDb(failing(world.db)),
    'D1 answers': async () => world.useDb(null),
    'receivers fail': async () => {
      sick = random() < 0.5 ? 'first' : 'both'
    },
    'receivers answer': async () => {
      sick = 'none'
    },
    connect: () => connect(),
    'hang up': async () => void dashboards.splice(0, 1).map(({ open }) => open.socket.close(1000)),
  }
  const names = Object.keys(deeds)
  for (let step = 0; step < steps; step++) {
    // Time passes and things are used more often than all else.
    const name =
      random() < 0.4
        ? (['use', 'minutes', 'minutes', 'hours'][below(4)] ?? 'use')
        : (names[below(names.length)] ?? 'use')
    life.steps.push(name)
    await deeds[name]?.()
    await holds()
  }
  await heal()
  await converged()
  return life

  function use(visibleAt = world.now): Use {
    const tier = TIERS[below(2)] ?? 'premium'
    const tokens = 1 + below(LIMITS[tier] / 8)
    return world.use({ at: world.now - below(120), model: MODELS[tier], input: tokens, output: below(1000), visibleAt })
  }

  async function poll(): Promise<void> {
    const { status, body } = await world.poll()
    await world.settle()
    if (status !== 200) return
    life.polls += 1
    acknowledged.set(world.now, { premium: body.premium_tokens, mini: body.mini_tokens })
  }

  /** Runs what is due, or polls, and ends the object in the midst of it. */
  async function crashDuring(prepare: () => void): Promise<void> {
    const { upstream, receiver } = world
    const db = (world as { db: D1Database }).db
    prepare()
    const asked = world.stub.poll().catch(() => null)
    await new Promise(resolve => setTimeout(resolve, 10))
    await world.crash()
    await asked
    life.crashes += 1
    Object.assign(world, { upstream, receiver })
    world.useDb(db)
    await reconnect()
  }

  function answer(sent: Sent): Response {
    const ill = sick === 'both' || (sick === 'first' && sent.url.includes('one'))
    if (ill) return new Response('', { status: 503 })
    const { id } = JSON.parse(sent.body) as { id: string }
    delivered.set(sent.url, (delivered.get(sent.url) ?? new Set()).add(id))
    return new Response('ok')
  }

  async function connect(): Promise<void> {
    if (dashboards.length >= MOST_DASHBOARDS) return
    const open = await world.connect()
    await open.until(() => open.frames.length > 0, 'the snapshot')
    dashboards.push({ open, seen: [open] })
  }

  /** An abort cuts all sockets; pages come back. */
  async function reconnect(): Promise<void> {
    for (const dashboard of dashboards) {
      if (dashboard.open.closed === null && dashboard.open.socket.readyState === WebSocket.OPEN) continue
      dashboard.open = await world.connect()
      await dashboard.open.until(() => dashboard.open.frames.length > 0, 'the snapshot')
      dashboard.seen.push(dashboard.open)
    }
  }

  async function noteOutage(): Promise<void> {
    const { last_success: at } = await world.status()
    if (at !== null && at - lastSuccess > LONGEST_BY_MINUTE_S) outages.push({ from: lastSuccess, to: at })
    lastSuccess = at ?? lastSuccess
  }

  /** At any time. */
  async function holds(): Promise<void> {
    await reconnect()
    await noteOutage()
    const usage = await world.usage()
    const midnight = Math.floor(world.now / DAY) * DAY
    const truth = world.truth(midnight, midnight + DAY)
    for (const tier of TIERS) {
      demand(usage[tier].tokens_used <= truth[tier], `${tier} shows ${usage[tier].tokens_used} of ${truth[tier]}`)
    }
    const alarm = await world.alarmAt()
    demand(alarm !== null, 'no alarm is set')
    await world.watch()
    const next = (await world.alarmAt()) ?? 0
    demand(next > Date.now() && next <= Date.now() + STEP_S * 1000, `the alarm is ${next - Date.now()} ms ahead`)
    for (const { seen } of dashboards) {
      const numbers = seen.flatMap(({ frames }) => frames.map(({ seq }) => seq))
      demand(
        numbers.every((seq, at) => at === 0 || seq > (numbers[at - 1] ?? 0)),
        `frames ${numbers.join(' ')}`,
      )
    }
  }

  async function heal(): Promise<void> {
    world.upstream = () => null
    world.useDb(null)
    sick = 'none'
    await world.evict()
    await world.watch()
    await world.run(world.now + 60)
    await noteOutage()
    await world.run(world.now + HEALED_AFTER_S)
    await poll()
    await world.run(world.now + 30)
  }

  /** Once the faults have stopped. */
  async function converged(): Promise<void> {
    const status = await world.status()
    demand(status.state === 'ok', `the state is ${status.state}`)
    demand(status.outbox.pending === 0 && status.outbox.parked === 0, `D1 is owed ${JSON.stringify(status.outbox)}`)
    demand(status.deliveries.pending === 0 && status.deliveries.parked === 0, 'deliveries are not at their end')
    demand(status.missed_ticks_pending === 0, 'ticks are missing')
    const days = await world.history<DayPoint>('days=30&interval=day')
    const wanted: string[] = []
    for (let midnight = MIDNIGHT; midnight <= world.now; midnight += DAY) {
      const date = new Date(midnight * 1000).toISOString().slice(0, 10)
      const truth = world.truth(midnight, midnight + DAY)
      const day = days.find(point => point.date === date)
      demand(
        day?.premium_tokens === truth.premium && day.mini_tokens === truth.mini,
        `${date} has ${day?.premium_tokens} and ${day?.mini_tokens} of ${truth.premium} and ${truth.mini}`,
      )
      for (const tier of TIERS) {
        const crossed = THRESHOLDS.filter(threshold => truth[tier] * 100 >= threshold * LIMITS[tier])
        wanted.push(...crossed.map(threshold => `${date} ${tier} ${threshold}`))
      }
    }
    await alertsArrived(wanted)
    await curveIsWhole()
    const shown = dashboards.map(({ open }) => open.frames.findLast(frame => 'usage' in frame))
    const usage = await world.usage()
    for (const frame of shown) {
      const total = frame !== undefined && 'usage' in frame ? frame.usage.premium.tokens_used : null
      demand(total === usage.premium.tokens_used, `a dashboard ends at ${total} of ${usage.premium.tokens_used}`)
    }
  }

  async function alertsArrived(wanted: readonly string[]): Promise<void> {
    const alerts = await world.alerts()
    const fired = alerts.map(({ date, tier, threshold }) => `${date} ${tier} ${threshold}`)
    demand(same(fired, wanted), `alerts ${fired.sort().join(', ')}; wanted ${[...wanted].sort().join(', ')}`)
    const messages = [...new Set(alerts.map(({ message_id }) => message_id ?? ''))]
    for (const [url, ids] of delivered) {
      const ofAlerts = [...ids].filter(id => id.startsWith('alert-'))
      demand(same(ofAlerts, messages), `${url} got ${ofAlerts.length} of ${messages.length}`)
      // Each outage was told of once, and its end.
      const ofWatch = [...ids].filter(id => !id.startsWith('alert-')).sort((a, b) => seqOf(a) - seqOf(b))
      // Of an outage that the receiver slept through it is told the end alone.
      const inTurn = ofWatch.every((id, at) => id.startsWith('seeing-') || ofWatch[at + 1]?.startsWith('seeing-'))
      demand(inTurn, `${url} was told ${ofWatch.join(', ')}`)
    }
    demand(delivered.size === 2 || messages.length === 0, 'a receiver got nothing')
    const rows = await world.rows<{ n: number }>('SELECT count(*) AS n FROM alerts WHERE sent = 1')
    demand(rows[0]?.n === alerts.length, `D1 has ${rows[0]?.n} sent alerts of ${alerts.length}`)
    life.messages = messages.length
  }

  async function curveIsWhole(): Promise<void> {
    const points = await world.rows<SnapshotPoint>(
      'SELECT * FROM usage_snapshots WHERE timestamp >= ? ORDER BY 1',
      bornAt,
    )
    life.snapshots = points.length
    const times = points.map(({ timestamp }) => timestamp)
    for (let slot = Math.ceil((bornAt + 1) / STEP_S) * STEP_S; slot <= world.now - STEP_S; slot += STEP_S) {
      if (slot % 3600 !== 0 && outages.some(({ from, to }) => slot >= from && slot <= to)) continue
      // A poll stands for the slot that it follows within a minute; else the slot is rebuilt where it belongs.
      demand(
        times.some(at => at >= slot && at <= slot + 60),
        `no snapshot of ${new Date(slot * 1000).toISOString()}`,
      )
    }
    for (const [at, totals] of acknowledged) {
      const point = points.find(({ timestamp }) => timestamp === at)
      const held = point !== undefined && TIERS.every(tier => point[`${tier}_tokens`] >= totals[tier])
      demand(held, `the poll acknowledged at ${at} is not in D1`)
    }
    for (const point of points) {
      const midnight = Math.floor(point.timestamp / DAY) * DAY
      // What came in the second of the poll may have come after it.
      const least = world.truth(midnight, point.timestamp, point.timestamp - 1)
      const most = world.truth(midnight, point.timestamp + 1)
      for (const tier of TIERS) {
        const tokens = point[`${tier}_tokens`]
        const lies = tokens >= least[tier] && tokens <= most[tier]
        demand(lies, `${tier} at ${point.timestamp} is ${tokens}, not from ${least[tier]} to ${most[tier]}`)
      }
    }
  }

  function demand(what: boolean, otherwise: string): void {
    if (!what) throw new Error(`after ${life.steps.join(', ')}: ${otherwise}`)
  }
}

function seqOf(id: string): number {
  return Number(id.split('-')[2])
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join('\n') === [...others].sort().join('\n')
}

function behind(real: D1Database, batch: () => Promise<never>): D1Database {
  return new Proxy(real, {
    get(target, name) {
      if (name === 'batch') return batch
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function failing(real: D1Database): D1Database {
  return behind(real, () => Promise.reject(new Error('D1_ERROR: Network connection lost.')))
}

function hanging(real: D1Database): D1Database {
  return behind(real, () => new Promise(() => {}))
}
