import { afterEach, describe, expect, it } from 'vitest'
import { behind, refusingWrites } from '../tracker/faultyDb.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { running, SLOT } from './exactHistory.ts'

afterEach(World.end)

const TABLES = [
  'usage_snapshots',
  'model_usage',
  'hour_totals',
  'daily_summaries',
  'alerts',
  'daily_usage',
  'daily_costs',
]

async function everything(world: World) {
  const all: Record<string, unknown[]> = {}
  for (const table of TABLES) {
    const rows = await world.rows<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)
    all[table] = rows.map(({ revision: _, ...row }) => row)
  }
  return all
}

describe('a D1 that fails', { timeout: 30_000 }, () => {
  it('is asked by one unit of each part whether it is well, and then gets the rest together', async () => {
    const world = await running()
    world.useDb(refusingWrites(world.db, 'D1_ERROR: Network connection lost.'))
    await world.stride(MIDNIGHT + 3 * DAY + SLOT, SLOT)
    world.useDb(null)
    world.logs = []
    await world.run(world.now + 90)
    expect(await world.status()).toMatchObject({ history: { state: 'ok' }, outbox: { pending: 0, parked: 0 } })
    const written = world.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'history')
    const units = (part: string) => written.filter(each => each.part === part).map(each => each.units)
    // Eleven slots, and the hours from one before noon to two before now.
    expect([units('ticks'), units('hours')]).toEqual([
      [1, 10],
      [1, 15, 50],
    ])
    expect(units('days').slice(0, 1)).toEqual([1])
  })

  it('that takes little and not much is sick since it began, and asked ever more seldom', async () => {
    const world = await running()
    const refuse = () => Promise.reject(new Error('D1_ERROR: D1 DB is overloaded. Too many requests queued.'))
    world.useDb(behind(world.db, { batch: refuse }))
    await world.stride(MIDNIGHT + 3 * DAY + SLOT, SLOT)
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
      const isMuch = rows > 9
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
    // Of two parts, each at most once a minute.
    expect(refused).toBeLessThan(16)
    world.useDb(null)
    await world.run(world.now + 180)
    expect(await world.status()).toMatchObject({ history: { state: 'ok' }, outbox: { pending: 0, parked: 0 } })
  })

  it('after it has written, so that the answer is lost: written again, nothing doubles', async () => {
    const until = MIDNIGHT + 4 * DAY + SLOT
    const healthy = await running()
    await healthy.stride(until, SLOT)
    const wanted = await everything(healthy)
    World.end()

    const world = await running()
    let n = 0
    world.useDb(
      behind(world.db, {
        batch: async (real, statements: D1PreparedStatement[]) => {
          const result = await real.batch(statements)
          n += 1
          if (n % 2 === 1) throw new Error('D1_ERROR: Network connection lost.')
          return result
        },
      }),
    )
    await world.stride(until - SLOT, SLOT)
    expect(n).toBeGreaterThan(10)
    world.useDb(null)
    await world.evict()
    await world.stride(until, SLOT)
    expect(await everything(world)).toEqual(wanted)
  })

  it('whose late answer is older than what it has does not undo it', async () => {
    const world = await World.make()
    const use = world.use({ at: MIDNIGHT, input: 100 })
    let held: D1PreparedStatement[] | null = null
    world.useDb(
      behind(world.db, {
        batch: (real, ...args: D1PreparedStatement[][]) => {
          if (held !== null) return real.batch(args[0] ?? [])
          // Seems lost, and arrives after everything else.
          held = args[0] ?? []
          return Promise.reject(new Error('D1_ERROR: timeout'))
        },
      }),
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
