import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Problem } from '../../../src/wire.ts'
import { behind, hangingDb, refusingWrites } from '../tracker/faultyDb.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { allIsExact, CURVE_FROM, MONTH_FROM, NEEDS_D1, NOON, ownIsExact, running, SLOT } from './exactHistory.ts'
import { dateAt, ledgerDays, midnights, storedFinalDays, storedHourSums } from './ledgerHistory.ts'

afterEach(World.end)

const D1_TIMEOUT_MS = 10_000
const TABLES = [
  'usage_snapshots',
  'model_usage',
  'hour_totals',
  'daily_summaries',
  'alerts',
  'daily_usage',
  'daily_costs',
]

const GONE = (real: D1Database) =>
  behind(real, {
    batch: () => Promise.reject('gone'),
    prepare: () => {
      throw new TypeError('no database')
    },
  })
const rename = (world: World, from: string, to: string) =>
  world.db.batch(TABLES.map(table => world.db.prepare(`ALTER TABLE ${table}${from} RENAME TO ${table}${to}`)))

interface Sickness {
  begin(world: World): unknown
  end(world: World): unknown
  /** What the status says of it. */
  state: 'ok' | 'failing' | 'needs_migration'
  /** What a read of D1 is refused with; null: it can be read. */
  code: string | null
}
/** While D1 says nothing at all, nobody here waits for it. */
function impatient(isSo: boolean): void {
  const real = impatient.real
  const short = (work: () => void, ms?: number) => real(work, ms === D1_TIMEOUT_MS ? 20 : ms)
  vi.stubGlobal('setTimeout', isSo ? short : real)
}
impatient.real = globalThis.setTimeout
const healed = (world: World) => world.useDb(null)
const SICK: Record<string, Sickness> = {
  'that is well': { begin: () => {}, end: () => {}, state: 'ok', code: null },
  'that no binding leads to': {
    begin: world => world.unbindDb(),
    end: healed,
    state: 'failing',
    code: 'history_unavailable',
  },
  'whose tables are not there': {
    begin: world => rename(world, '', '_gone'),
    end: world => rename(world, '_gone', ''),
    state: 'needs_migration',
    code: 'history_needs_migration',
  },
  'that can only be read': {
    begin: world =>
      world.useDb(refusingWrites(world.db, 'D1_ERROR: attempt to write a readonly database: SQLITE_READONLY')),
    end: healed,
    state: 'failing',
    code: null,
  },
  'that is full': {
    begin: world => world.useDb(refusingWrites(world.db, 'D1_ERROR: database or disk is full: SQLITE_FULL')),
    end: healed,
    state: 'failing',
    code: null,
  },
  'that does not answer': {
    begin: world => {
      impatient(true)
      world.useDb(hangingDb())
    },
    end: world => {
      impatient(false)
      healed(world)
    },
    state: 'failing',
    code: 'history_unavailable',
  },
  'that throws what is no error of D1’s': {
    begin: world => world.useDb(GONE(world.db)),
    end: healed,
    state: 'failing',
    code: 'history_unavailable',
  },
}

describe('history beside a D1', { timeout: 30_000 }, () => {
  it.each(Object.keys(SICK))('%s is exact or says that it cannot be, and D1 has all once it is well', async name => {
    const { begin, end, state, code } = SICK[name] as Sickness
    const world = await running()
    // Until D1 has the dates before the start whole.
    await world.stride(NOON + SLOT, SLOT)
    await begin(world)
    for (const until of [MIDNIGHT + DAY + SLOT, MIDNIGHT + 3 * DAY + SLOT]) {
      await world.stride(until, SLOT)
      expect(await world.status()).toMatchObject({ state: 'ok', history: { state }, outbox: { parked: 0 } })
      await ownIsExact(world)
      if (code === null) await allIsExact(world)
      else {
        for (const query of NEEDS_D1) {
          const { status, body } = await world.call<Problem>(`GET /api/history?${query}`)
          expect([query, status, body.code]).toEqual([query, 503, code])
        }
      }
    }
    await end(world)
    await world.evict()
    await world.stride(MIDNIGHT + 4 * DAY + SLOT, SLOT)
    expect(await world.status()).toMatchObject({ history: { state: 'ok' }, outbox: { pending: 0, parked: 0 } })
    await ownIsExact(world)
    await allIsExact(world)
    const today = MIDNIGHT + 4 * DAY
    expect(await storedFinalDays(world, MONTH_FROM, today)).toEqual(ledgerDays(world, MONTH_FROM, today - 2 * DAY))
    expect(await storedHourSums(world, CURVE_FROM, today)).toEqual(ledgerDays(world, CURVE_FROM, today))
  })

  it('that was never migrated, for days: alerts and dashboards go on, the object stays small, and D1 gets all of it', async () => {
    const vars = {
      PREMIUM_TIER_LIMIT: '2000',
      ALERT_THRESHOLD: '50,80',
      ALERT_WEBHOOK_URL: 'https://alerts.example/Wk3pQz8vLt',
    }
    const world = await running(vars, false)
    const dashboard = await world.connect()
    await world.stride(MIDNIGHT + 2 * DAY + SLOT, SLOT)
    const before = await objectRows(world)
    await world.stride(MIDNIGHT + 6 * DAY + SLOT, SLOT)
    const after = await objectRows(world)
    // Of four days: the hours, the hours with a tick, the dates, their two alerts, each with a message to one receiver.
    const grown = Object.keys(after).filter(table => after[table] !== before[table])
    expect(Object.fromEntries(grown.map(table => [table, (after[table] ?? 0) - (before[table] ?? 0)]))).toEqual({
      hour_book: 96,
      tick_book: 16,
      day_book: 4,
      cost_book: 4,
      // Besides, one a day of a kind that sends nothing here.
      alert_book: 12,
      // At most 31 dates are kept.
      profile_book: 1,
      message: 8,
      delivery: 8,
    })
    expect(await world.status()).toMatchObject({
      state: 'ok',
      history: { state: 'needs_migration', action: expect.stringContaining('npm run db:migrate'), since: NOON },
    })
    const alerts = await world.alerts()
    expect(alerts.map(({ sent }) => sent)).toEqual(Array.from({ length: 12 }, () => true))
    expect([world.sent.length, dashboard.of('alert').length > 10, dashboard.of('usage').length > 20]).toEqual([
      12,
      true,
      true,
    ])
    await ownIsExact(world)

    await world.migrate()
    await world.stride(MIDNIGHT + 7 * DAY + SLOT, SLOT)
    expect(await world.status()).toMatchObject({
      history: { state: 'ok', since: null },
      outbox: { pending: 0, parked: 0, oldest_at: null },
    })
    await allIsExact(world)
    const today = MIDNIGHT + 7 * DAY
    expect(await storedFinalDays(world, MONTH_FROM, today)).toEqual(ledgerDays(world, MONTH_FROM, today - 2 * DAY))
    expect(await storedHourSums(world, CURVE_FROM, today)).toEqual(ledgerDays(world, CURVE_FROM, today))
    const rows = await world.rows<{ date: string; threshold: number }>(
      'SELECT date, threshold FROM alerts WHERE sent = 1 ORDER BY 1, 2',
    )
    expect(rows).toEqual(
      midnights(MIDNIGHT, today).flatMap(midnight =>
        [50, 80].map(threshold => ({ date: dateAt(midnight), threshold })),
      ),
    )
    expect(await objectRows(world)).toMatchObject({ hour_book: 2 * 24 + 6, history_entry: 0 })
  })
})

/** Rows of each table of the object. */
function objectRows(world: World): Promise<Record<string, number>> {
  return runInDurableObject(world.stub, (_, { storage: { sql } }) => {
    const tables = [
      ...sql.exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT GLOB '_cf*'",
      ),
    ]
    return Object.fromEntries(
      tables.map(({ name }) => [name, Number(sql.exec(`SELECT count(*) AS n FROM ${name}`).one().n)]),
    )
  })
}
