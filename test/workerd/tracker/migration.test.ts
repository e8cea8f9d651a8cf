import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it } from 'vitest'
import { objectSql } from '../../../src/tracker/store/objectSql.ts'
import { migrate } from '../../../src/tracker/store/schema.ts'
import type { DayPoint, HistoryPage, HourPoint } from '../../../src/wire.ts'
import { refusingWrites } from './faultyDb.ts'
import type { Use } from './ledger.ts'
import { insertsOf, rowsOf, storageStatements, V1 } from './storageOfV1.ts'
import { DAY, MIDNIGHT, World } from './world.ts'

// An object and a D1 of the release before, and this release that is deployed over them.

afterEach(() => World.end())

const MADE = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*' ORDER BY name"
const TAKEN = { vars: V1.vars, start: V1.takenAt - MIDNIGHT + 1 }
const FRIDAY = '2027-03-12'
const SUNDAY = '2027-03-14'
const OLD_D1 = rowsOf<{ timestamp: number }>(V1.d1.usage_snapshots ?? { columns: [], rows: [] })
const QUEUE = rowsOf<{ body: string }>(V1.object.tables.history_entry ?? { columns: [], rows: [] })

/** The object's storage as the release before left it. The object itself is none of it yet: `crash` ends it. */
function putOldStorage({ storage }: DurableObjectState): void {
  const made = [...storage.sql.exec<{ name: string; sql: string | null }>(MADE)]
  for (const { name, sql } of made) if (sql?.startsWith('CREATE TABLE') === true) storage.sql.exec(`DROP TABLE ${name}`)
  for (const [sql, params] of storageStatements()) storage.sql.exec(sql, ...params)
}

/** All that the object's storage holds. */
function dump({ storage }: DurableObjectState): unknown {
  const made = [...storage.sql.exec<{ name: string; sql: string | null }>(MADE)]
  const tables = made.filter(({ sql }) => sql?.startsWith('CREATE TABLE') === true)
  return [made, ...tables.map(({ name }) => [...storage.sql.exec(`SELECT * FROM ${name}`)])]
}

async function oldWorld(): Promise<World> {
  const world = await World.make(TAKEN)
  for (const use of rowsOf<Use>(V1.uses)) world.use(use)
  await world.db.batch([...insertsOf(V1.d1)].map(([sql, params]) => world.db.prepare(sql).bind(...params)))
  await runInDurableObject(world.stub, async (_, state) => {
    putOldStorage(state)
    await state.storage.setAlarm(V1.object.alarm)
    await state.storage.sync()
  })
  await world.crash()
  return world
}

/** Tokens of `[from, to)` by tier, from the uses themselves. */
function truth(world: World, from: number, to: number): { premium: number; mini: number } {
  const sum = { premium: 0, mini: 0 }
  for (const { model, input, output } of world.ledger.visible(from, to, world.now))
    sum[model?.startsWith('gpt-4o-mini') || model?.startsWith('gpt-4.1-mini') ? 'mini' : 'premium'] += input + output
  return sum
}

describe('an object of the release before', () => {
  it('shows at once what it showed, though nothing else answers', async () => {
    const world = await oldWorld()
    world.upstream = () => new Response('{}', { status: 500 })
    world.useDb(refusingWrites(world.db, 'D1_ERROR: Network connection lost.'))
    const usage = await world.usage()
    expect(usage).toMatchObject({ date: SUNDAY, premium: V1.said.premium, mini: V1.said.mini, stale: false })
    expect(await world.alerts()).toEqual(V1.said.alerts.map(alert => ({ ...alert, kind: 'threshold' })))
    const { deliveries, open_days, outbox, reads } = await world.status()
    expect({ deliveries, open_days, reads }).toEqual({ ...pick(V1.said), reads: [] })
    expect(outbox.pending).toBeGreaterThanOrEqual(QUEUE.length)
    for (const [date, said] of Object.entries(V1.said.models)) {
      const { final, models } = await world.models(date)
      const rows = models.map(of => [
        of.model,
        of.service_tier,
        of.project_id,
        of.input_tokens,
        of.output_tokens,
        of.cached_tokens,
        of.requests,
      ])
      expect({ final, models: rows }, date).toEqual(said)
    }
  })

  it('hands D1 what it was owed, closes its days, and loses no tick, hour or day of what there was', async () => {
    const world = await oldWorld()
    await world.catchUp()
    await world.run(MIDNIGHT + 7 * DAY + 2 * 3600)
    const left = await runInDurableObject(world.stub, (_, { storage }) => [
      ...storage.sql.exec('SELECT date FROM day_book WHERE settled = 0 OR (handed = 0 AND date < ?)', '2027-03-15'),
      ...storage.sql.exec('SELECT id FROM history_entry'),
      ...storage.sql.exec('SELECT from_s FROM gap'),
    ])
    expect(left).toEqual(['2027-03-15', '2027-03-16', '2027-03-17'].map(date => ({ date })))
    expect(await world.status()).toMatchObject({
      state: 'ok',
      reads: [],
      history: { state: 'ok' },
      missed_ticks_pending: 0,
    })

    const hours = await world.history<HourPoint>('days=10&interval=hour')
    for (let hour = MIDNIGHT; hour < MIDNIGHT + 6 * DAY; hour += 3600) {
      const { premium, mini } = truth(world, hour, hour + 3600)
      const point = hours.find(({ timestamp }) => timestamp === hour)
      expect([hour, point?.premium_hour_tokens ?? 0, point?.mini_hour_tokens ?? 0]).toEqual([hour, premium, mini])
    }
    const days = await world.history<DayPoint>('days=36&interval=day')
    expect(days.length).toBe(36)
    for (const { timestamp, date, premium_tokens, mini_tokens, premium_limit, final } of days) {
      const { premium, mini } = truth(world, timestamp, timestamp + DAY)
      const wanted = [date, premium, mini, 100_000, date < '2027-03-15']
      expect([date, premium_tokens, mini_tokens, premium_limit, final]).toEqual(wanted)
    }
    // A tick at each quarter of an hour of the days since its start, the absences of Sunday morning with them.
    const ticks = new Set((await world.history('days=10')).map(({ timestamp }) => timestamp))
    const queued = QUEUE.flatMap(
      ({ body }) => (JSON.parse(body) as { snapshots?: { timestamp: number }[] }).snapshots ?? [],
    )
    for (const { timestamp } of [...OLD_D1, ...queued])
      if (timestamp >= world.now - 10 * DAY) expect(ticks).toContain(timestamp)
    for (let at = MIDNIGHT + DAY; at < MIDNIGHT + 7 * DAY; at += 900) expect(ticks).toContain(at)
  }, 60_000)

  it('lists each hour by model once, whoever has it', async () => {
    const world = await oldWorld()
    await world.catchUp()
    const { data, pagination } = (await world.call<HistoryPage>('GET /api/history?limit=200&offset=0')).body
    expect(new Set(data.map(({ id }) => id)).size).toBe(data.length)
    expect(data.length).toBe(pagination.total)
    const since = Date.parse(data.at(-1)?.timestamp ?? '') / 1000
    const { premium, mini } = truth(world, since, world.now)
    expect(data.reduce((sum, entry) => sum + entry.total_tokens, 0)).toBe(premium + mini)
  })

  it('sends what was pending under its old id, once, and no alert a second time', async () => {
    const world = await oldWorld()
    const [before] = await world.rows<{ n: number }>('SELECT count(*) AS n FROM alerts')
    await world.catchUp()
    await world.run(MIDNIGHT + 5 * DAY - 60)
    expect(world.sent.map(({ url, headers }) => [url, headers.get('webhook-id')])).toEqual([
      ['https://alerts.example/a', `alert-${SUNDAY}-mini-50`],
    ])
    const alerts = await world.alerts()
    expect(alerts.map(({ id, sent }) => [id, sent])).toEqual([6, 5, 4, 3, 2, 1].map(id => [id, true]))
    expect((await world.status()).deliveries).toMatchObject({ pending: 0, parked: 1 })
    expect([before?.n, ...(await world.rows('SELECT id, sent FROM alerts ORDER BY id'))]).toEqual([
      5,
      ...[1, 2, 3, 4, 5, 6].map(id => ({ id, sent: 1 })),
    ])
    world.use({ at: world.now - 30, model: 'gpt-4o', input: 80_000 })
    await world.polled()
    const fresh = (await world.alerts()).slice(0, 3)
    expect(fresh.map(({ threshold }) => threshold)).toEqual([100, 80.5, 50])
    // Ids go on behind the old ones; other kinds have some of them.
    expect(Math.min(...fresh.map(({ id }) => id))).toBeGreaterThan(6)
  })

  it('re-reads a day that it had closed, as one that is whole', async () => {
    const world = await oldWorld()
    await world.catchUp()
    world.use({ at: MIDNIGHT + 3600, model: 'gpt-4o', input: 1000 })
    const { body } = await world.call<{ premium: { added: number } }>('POST /api/reconcile?date=2027-03-10')
    expect(body).toMatchObject({ success: true, premium: { added: 1000 }, mini: { added: 0 } })
    await world.run(world.now + 3600)
    const { premium } = truth(world, MIDNIGHT, MIDNIGHT + DAY)
    expect((await world.history('date=2027-03-10&interval=day'))[0]?.premium_tokens).toBe(premium)
    expect((await world.history('date=2027-03-10&interval=hour')).at(-1)?.premium_tokens).toBe(premium)
    expect((await world.history('date=2027-03-10')).length).toBeGreaterThan(48)
  })
})

describe('the migration of an object', () => {
  it.each([2, 25, 45])(
    'that is killed at statement %i leaves it as it was, and is done at the next start',
    async fatal => {
      const world = await oldWorld()
      await runInDurableObject(world.stub, (_, state) => {
        putOldStorage(state)
        const before = dump(state)
        const sql = objectSql(state.storage)
        let asked = 0
        const all: typeof sql.all = (query, ...params) => {
          if (++asked === fatal) throw new Error('killed')
          return sql.all(query, ...params)
        }
        expect(() => migrate({ ...sql, all })).toThrow('killed')
        expect(dump(state)).toEqual(before)
      })
      await world.crash()
      expect(await world.usage()).toMatchObject({ premium: V1.said.premium, mini: V1.said.mini })
      expect((await world.models(FRIDAY)).count).toBeGreaterThan(0)
    },
  )
})

function pick({ deliveries, open_days }: typeof V1.said) {
  return { deliveries, open_days }
}
