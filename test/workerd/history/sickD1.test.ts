import { afterEach, describe, expect, it } from 'vitest'
import type { DayPoint, Problem } from '../../../src/wire.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'

afterEach(World.end)

type Faults = Partial<Record<'batch' | 'prepare', (real: D1Database, given: never) => unknown>>

/** The real database behind a wrapper whose doors can be made to fail. */
function behind(real: D1Database, faults: Faults): D1Database {
  return new Proxy(real, {
    get(target, name) {
      const fault = faults[name as keyof Faults]
      if (fault !== undefined) return (...args: unknown[]) => (fault as (...all: unknown[]) => unknown)(target, ...args)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

const TABLES = ['usage_snapshots', 'model_usage', 'hour_totals', 'daily_summaries', 'alerts']
async function everything(world: World) {
  const all: Record<string, unknown[]> = {}
  for (const table of TABLES) {
    const rows = await world.rows<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)
    all[table] = rows.map(({ revision: _, ...row }) => row)
  }
  return all
}

async function anHour(world: World): Promise<void> {
  for (let minute = 0; minute < 60; minute++) {
    world.use({
      at: MIDNIGHT + 12 * 3600 + minute * 60 + 30,
      input: 15_000 + minute,
      model: minute % 3 ? 'gpt-4o' : 'gpt-4o-mini',
    })
  }
  await world.watch()
  await world.run(MIDNIGHT + 14 * 3600 + 60)
}

describe('without tables in D1', () => {
  it('polls, alerts and the live link go on; after the migration everything kept is in D1', async () => {
    const healthy = await World.make({
      vars: { ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt', ALERT_THRESHOLD: '5,50' },
    })
    await anHour(healthy)
    const wanted = await everything(healthy)
    expect(wanted.usage_snapshots?.length).toBeGreaterThan(24)
    World.end()

    const world = await World.make({
      vars: { ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt', ALERT_THRESHOLD: '5,50' },
      migrated: false,
    })
    const dashboard = await world.connect()
    await anHour(world)
    expect((await world.usage()).premium.tokens_used).toBe(world.truth(MIDNIGHT, world.now).premium)
    expect((await world.alerts()).map(alert => [alert.threshold, alert.sent])).toEqual([
      [50, true],
      [5, true],
    ])
    expect(dashboard.of('usage').length).toBeGreaterThan(20)
    expect(dashboard.of('alert').length).toBe(2)
    const sick = await world.status()
    expect(sick).toMatchObject({
      state: 'ok',
      history: {
        state: 'needs_migration',
        action: expect.stringContaining('npm run db:migrate'),
        since: MIDNIGHT + 12 * 3600,
      },
      outbox: { parked: 0, oldest_at: MIDNIGHT + 12 * 3600 },
    })
    expect(sick.outbox.pending).toBeGreaterThan(50)
    const { status, body } = await world.call<Problem>('GET /api/history?days=1')
    expect([status, body.code]).toEqual([503, 'history_needs_migration'])
    expect((await world.history<DayPoint>('date=2027-03-10&interval=day'))[0]?.premium_tokens).toBeGreaterThan(0)

    await world.migrate()
    await world.run(world.now + 600)
    expect(await world.status()).toMatchObject({ history: { state: 'ok', since: null }, outbox: { pending: 0 } })
    const got = await everything(world)
    expect(got.usage_snapshots?.slice(0, wanted.usage_snapshots?.length)).toEqual(wanted.usage_snapshots)
    expect({ ...got, usage_snapshots: [] }).toEqual({ ...wanted, usage_snapshots: [] })
  })
})

describe('a D1 that fails', () => {
  it.each([
    ['with a lost connection', () => Promise.reject(new Error('D1_ERROR: Network connection lost.'))],
    [
      'because it is overloaded',
      () => Promise.reject(new Error('D1_ERROR: D1 DB is overloaded. Too many requests queued.')),
    ],
    ['with something that is no Error', () => Promise.reject('gone')],
    [
      'at once',
      () => {
        throw new TypeError('no database')
      },
    ],
  ] as [string, () => unknown][])('%s keeps its rows waiting, in order, until it is well', async (_, batch) => {
    const world = await World.make()
    world.useDb(behind(world.db, { batch }))
    await anHour(world)
    expect(await world.status()).toMatchObject({ state: 'ok', history: { state: 'failing' }, outbox: { parked: 0 } })
    expect(await world.rows('SELECT * FROM usage_snapshots')).toEqual([])
    world.useDb(null)
    await world.evict()
    await world.run(world.now + 600)
    expect(await world.status()).toMatchObject({ history: { state: 'ok' }, outbox: { pending: 0 } })
    expect(
      (await world.history('days=1')).filter(point => point.timestamp >= MIDNIGHT + 12 * 3600).length,
    ).toBeGreaterThan(24)
  })

  it('is asked by one entry whether it is well, and then gets the rest together', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    world.useDb(behind(world.db, { batch: () => Promise.reject(new Error('D1_ERROR: Network connection lost.')) }))
    await anHour(world)
    world.useDb(null)
    world.logs = []
    await world.run(world.now + 120)
    const written = world.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'history')
    expect(written.slice(0, 2).map(({ entries }) => entries)).toEqual([1, 15])
    expect(written[2]?.entries).toBeGreaterThan(10)
  })

  it('that takes little and not much is sick since it began, and asked no more often', async () => {
    const world = await World.make()
    await world.polled()
    await world.catchUp()
    const refuse = () => Promise.reject(new Error('D1_ERROR: D1 DB is overloaded. Too many requests queued.'))
    world.useDb(behind(world.db, { batch: refuse }))
    await anHour(world)
    const before = await world.status()
    let [rows, refused, taken] = [0, 0, 0]
    const prepare = (real: D1Database, sql: string) => {
      const statement = real.prepare(sql)
      const bind = (...values: unknown[]) => {
        if (String(values[0]).startsWith('[')) rows += JSON.parse(String(values[0])).length
        return statement.bind(...values)
      }
      return { bind }
    }
    const batch = (real: D1Database, statements: D1PreparedStatement[]) => {
      const isMuch = rows > 3
      rows = 0
      if (isMuch) refused++
      else taken++
      return isMuch ? refuse() : real.batch(statements)
    }
    world.useDb(behind(world.db, { prepare, batch }))
    await world.run(world.now + 300)
    const { history, outbox } = await world.status()
    expect(history).toMatchObject({ state: 'failing', since: before.history.since })
    expect(outbox.pending).toBeGreaterThan(0)
    expect(taken).toBeGreaterThan(2)
    expect(refused).toBeLessThan(8)
    world.useDb(null)
    await world.run(world.now + 120)
    expect(await world.status()).toMatchObject({ history: { state: 'ok' }, outbox: { pending: 0, parked: 0 } })
  })

  it('after it has written, so that the answer is lost: written again, nothing doubles', async () => {
    const healthy = await World.make()
    await anHour(healthy)
    const wanted = await everything(healthy)
    World.end()

    const world = await World.make()
    let n = 0
    world.useDb(
      behind(world.db, {
        batch: async (real, ...args: unknown[]) => {
          const result = await real.batch(args[0] as D1PreparedStatement[])
          n += 1
          if (n % 2 === 1) throw new Error('D1_ERROR: Network connection lost.')
          return result
        },
      } as Faults),
    )
    await anHour(world)
    expect(n).toBeGreaterThan(10)
    world.useDb(null)
    await world.evict()
    await world.run(world.now + 400)
    const got = await everything(world)
    expect({ ...got, usage_snapshots: got.usage_snapshots?.slice(0, wanted.usage_snapshots?.length) }).toEqual(wanted)
  })

  it('whose late answer is older than what it has does not undo it', async () => {
    const world = await World.make()
    const use = world.use({ at: MIDNIGHT, input: 100 })
    let held: D1PreparedStatement[] | null = null
    world.useDb(
      behind(world.db, {
        batch: (real, ...args: unknown[]) => {
          if (held !== null) return real.batch(args[0] as D1PreparedStatement[])
          // Seems lost, and arrives after everything else.
          held = args[0] as D1PreparedStatement[]
          return Promise.reject(new Error('D1_ERROR: timeout'))
        },
      } as Faults),
    )
    await world.watch()
    await world.run(world.now + 400)
    use.input = 60
    await world.run(world.now + 3700)
    const before = await everything(world)
    expect(before.daily_summaries).toContainEqual(
      expect.objectContaining({ date: '2027-03-10', tier: 'premium', tokens_used: 60 }),
    )
    expect(held).not.toBeNull()
    await world.db.batch(held ?? [])
    expect(await everything(world)).toEqual(before)
  })

  it('for a row that breaks a constraint parks that row, visibly, and takes the others', async () => {
    const world = await World.make()
    await world.db.exec('DROP TABLE alerts')
    await world.db.exec(
      'CREATE TABLE alerts (id INTEGER PRIMARY KEY, timestamp INTEGER, date TEXT, tier TEXT, threshold REAL, tokens_used INTEGER, limit_value INTEGER, percentage INTEGER CHECK (percentage < 50), message TEXT, sent INTEGER, late INTEGER, created_at TEXT, revision INTEGER)',
    )
    world.use({ at: MIDNIGHT, input: 900_000 })
    await world.watch()
    await world.run(world.now + 900)
    expect(await world.status()).toMatchObject({ history: { state: 'ok' }, outbox: { pending: 0 } })
    expect((await world.status()).outbox.parked).toBeGreaterThan(0)
    expect((await world.history('days=1')).length).toBeGreaterThan(2)
  })
})

describe('POST /api/reconcile', () => {
  it('of the open date reads it again, and hands its hours to D1 at once', async () => {
    const world = await World.make()
    // An hour that has just ended: it would not be handed over yet.
    const use = world.use({ at: MIDNIGHT + 11 * 3600, input: 100 })
    world.use({ at: MIDNIGHT + 11 * 3600, input: 7, model: 'gpt-4o-mini' })
    await world.polled()
    await world.catchUp()
    use.input = 130
    world.now += 60
    const { status, body } = await world.call('POST /api/reconcile?date=2027-03-10')
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        date: '2027-03-10',
        premium: { before: 100, after: 130, added: 30 },
        mini: { before: 7, after: 7, added: 0 },
      },
    ])
    await world.run(world.now + 5)
    expect(
      await world.rows('SELECT input_tokens FROM model_usage WHERE hour = ? ORDER BY 1', MIDNIGHT + 11 * 3600),
    ).toEqual([{ input_tokens: 7 }, { input_tokens: 130 }])
  })

  it('of a closed date makes a new revision of its summary and hours, also downwards; it stays final', async () => {
    const world = await World.make()
    const from = MIDNIGHT - 10 * DAY
    const use = world.use({ at: from + 3600, input: 100 })
    const gone = world.use({ at: from + 7200, input: 50, model: 'gpt-4o-mini' })
    await world.catchUp()
    const date = '2027-02-28'
    expect((await world.call(`POST /api/reconcile?date=${date}`)).body).toMatchObject({
      premium: { before: 100, after: 100 },
    })
    use.input = 30
    gone.visibleAt = Number.POSITIVE_INFINITY
    expect((await world.call(`POST /api/reconcile?date=${date}`)).body).toEqual({
      success: true,
      date,
      premium: { before: 100, after: 30, added: -70 },
      mini: { before: 50, after: 0, added: -50 },
    })
    await world.run(world.now + 5)
    const [day] = await world.history<DayPoint>(`date=${date}&interval=day`)
    expect(day).toMatchObject({ premium_tokens: 30, mini_tokens: 0, final: true })
    expect(
      await world.rows('SELECT model, input_tokens FROM model_usage WHERE hour >= ? AND hour < ?', from, from + DAY),
    ).toEqual(
      expect.arrayContaining([
        { model: 'gpt-4o-2024-11-20', input_tokens: 30 },
        { model: 'gpt-4o-mini', input_tokens: 0 },
      ]),
    )
    const hours = await world.history<{ timestamp: number; mini_hour_tokens: number }>(`date=${date}&interval=hour`)
    expect(hours.reduce((sum, hour) => sum + hour.mini_hour_tokens, 0)).toBe(0)
    expect(await world.models(date)).toMatchObject({ final: true, models: [{ total_tokens: 30 }] })
  })

  it.each(['2027-03-11', '2020-01-01', '2027-02-30', 'yesterday'])('refuses %s', async date => {
    const world = await World.make()
    const { status, body } = await world.call<Problem>(`POST /api/reconcile?date=${date}`)
    expect([status, body.success, body.detail.length > 0]).toEqual([400, false, true])
    expect(world.asked).toEqual([])
  })

  it('with OpenAI away changes nothing', async () => {
    const world = await World.make()
    world.use({ at: MIDNIGHT - 10 * DAY, input: 100 })
    await world.catchUp()
    world.upstream = () => new Response('', { status: 500 })
    expect((await world.call('POST /api/reconcile?date=2027-02-28')).status).toBe(502)
    expect((await world.models('2027-02-28')).models).toMatchObject([{ total_tokens: 100 }])
  })
})
