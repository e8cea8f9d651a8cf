import { applyD1Migrations, type D1Migration } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import type { BreakdownBy, BreakdownView, CostsView, DayPoint, HourPoint, Problem } from '../../../src/wire.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { breakdownTruth, dailyUsageTruth, dateAt, datesOf, linesOf, organisationOf } from './organisation.ts'
import { smallDay } from './smallDay.ts'

// A D1 that has none of its tables, or those of the release before: the new tables are missed, and hold up nothing.

afterEach(World.end)

const WAYS: BreakdownBy[] = ['model', 'api_key', 'user']
const { TEST_MIGRATIONS: MIGRATIONS } = env as unknown as { TEST_MIGRATIONS: D1Migration[] }

describe.each([
  ['no migration', 0],
  ['the first migration alone', 1],
])('with %s', (_, applied) => {
  it('who used the object’s own dates is exact, older dates say what is missing, and all comes after', {
    timeout: 60_000,
  }, async () => {
    const world = await World.make({ migrated: false, start: 600, vars: { POLL_CRON: '0 */6 * * *' } })
    const organisation = organisationOf(world, smallDay)
    await applyD1Migrations(world.db, MIGRATIONS.slice(0, applied))
    await world.catchUp()
    await world.run(MIDNIGHT + 5 * DAY + 7 * 3600)
    const at = (days: number) => dateAt(world.now - days * DAY)
    const read = (await world.status()).last_success ?? 0
    for (const days of [1, 4, 12, 36]) {
      const lines = datesOf(at(days - 1), at(0)).flatMap(date => linesOf(organisation, date, read))
      for (const by of WAYS) {
        const { status, body } = await world.call<BreakdownView>(`GET /api/breakdown?by=${by}&days=${days}`)
        expect([status, body]).toMatchObject([200, breakdownTruth(lines, by, organisation.directory)])
      }
    }
    const old = await world.call<Problem>(`GET /api/breakdown?date=${at(50)}`)
    expect([old.status, old.body.code]).toEqual([503, 'history_needs_migration'])
    expect(old.body.detail).toContain('npm run db:migrate')
    expect((await world.status()).history).toMatchObject({
      state: 'needs_migration',
      message: expect.stringContaining(applied === 0 ? 'no such table' : 'daily_'),
    })
    expect((await world.call<CostsView>('GET /api/costs?days=30')).body).toMatchObject({ state: 'ok', message: null })
    if (applied === 1) await olderTablesHaveAll(world, organisation)

    await world.migrate()
    await world.run(world.now + 13 * 3600)
    expect((await world.status()).history.state).toBe('ok')
    for (let days = 4; days < 36; days++) {
      const date = at(days)
      expect((await world.rows('SELECT * FROM daily_usage WHERE date = ?', date)).length).toBe(
        dailyUsageTruth(organisation, date).length,
      )
    }
    expect((await world.call(`GET /api/breakdown?date=${at(50)}`)).status).toBe(200)
  })
})

/** Summaries, hours and ticks wait for no newer table. */
async function olderTablesHaveAll(world: World, organisation: ReturnType<typeof organisationOf>) {
  const closed = dateAt(MIDNIGHT + DAY)
  const truth = breakdownTruth(linesOf(organisation, closed, world.now), 'tier', organisation.directory).total
  const [summary] = await world.rows<{ n: number }>(
    'SELECT sum(tokens_used) AS n, min(final) AS final FROM daily_summaries WHERE date = ?',
    closed,
  )
  expect(summary).toEqual({ n: truth.tokens_used, final: 1 })
  const [hours] = await world.rows<{ n: number }>(
    'SELECT sum(premium_tokens + mini_tokens) AS n FROM hour_totals WHERE hour >= ?1 AND hour < ?2',
    MIDNIGHT + DAY,
    MIDNIGHT + 2 * DAY,
  )
  expect(hours).toEqual({ n: truth.tokens_used })
  expect((await world.history<HourPoint>(`date=${closed}&interval=hour`)).at(-1)).toMatchObject({
    premium_tokens: truth.premium_tokens,
    mini_tokens: truth.mini_tokens,
  })
  expect((await world.history<DayPoint>('days=30&interval=day')).find(({ date }) => date === closed)).toMatchObject({
    premium_tokens: truth.premium_tokens,
    final: true,
  })
}
