import { runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, it } from 'vitest'
import type { BreakdownBy, BreakdownView } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { organisationOf, used } from './organisation.ts'

// An organisation that makes a key for every customer.

afterEach(World.end)

const KEYS = 5000
/** Largest groups that stay; the rest is folded, one for each tier and service tier. */
const KEPT = 2000
const PROJECT = 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1'
const tokensOf = (n: number) => 1000 + n

it('of five thousand keys a day the largest have their rows, the rest one, and nothing is lost', {
  timeout: 120_000,
}, async () => {
  const world = await World.make({ start: 6 * 3600, vars: { POLL_CRON: '0 */6 * * *' } })
  world.countD1()
  const organisation = organisationOf(world)
  for (const day of [0, 1]) {
    for (let n = 0; n < KEYS; n++) {
      organisation.directory.change({ kind: 'key', id: `key_${n}`, project: PROJECT, name: `Customer ${n}` }, world.now)
      used(world, organisation, {
        time: MIDNIGHT + day * DAY + 60 + n,
        model: n % 2 === 0 ? 'gpt-4o-2024-08-06' : 'gpt-4o-mini-2024-07-18',
        serviceTier: n % 4 < 2 ? 'default' : 'incentivized-tier',
        project: PROJECT,
        apiKey: `key_${n}`,
        user: `user-${n}`,
        input: tokensOf(n) - 7,
        output: 7,
        requests: 2,
      })
    }
  }
  await world.catchUp()
  await check(world, false)
  const [held] = await runInDurableObject(world.stub, (_, { storage }) => [
    ...storage.sql.exec<{ n: number; bytes: number; names: number }>(
      `SELECT json_array_length(groups) AS n, octet_length(groups) AS bytes, (SELECT count(*) FROM name_book) AS names
       FROM day_book WHERE date = ?`,
      DATE,
    ),
  ])
  expect(held?.n).toBe(KEPT + 4)
  expect(held?.bytes).toBeLessThan(600_000)
  expect(held?.names).toBeLessThan(20_001)

  // Closed and in D1, by then without any of the object's own rows.
  await world.run(MIDNIGHT + 4 * DAY + 7 * 3600)
  expect(await world.rows('SELECT count(*) AS n FROM daily_usage WHERE date = ?', DATE)).toEqual([{ n: KEPT + 4 }])
  await check(world, true)
  expect(Math.max(...world.spent)).toBeLessThanOrEqual(40)
  expect((await world.status()).reads).toEqual([])
})

async function check(world: World, final: boolean) {
  const all = Array.from({ length: KEYS }, (_, n) => n)
  const sum = (of: number[]) => of.reduce((total, n) => total + tokensOf(n), 0)
  const total = {
    tokens_used: sum(all),
    input_tokens: sum(all) - 7 * KEYS,
    output_tokens: 7 * KEYS,
    cached_tokens: 0,
    requests: 2 * KEYS,
    free_tokens: sum(all.filter(n => n % 4 >= 2)),
    billed_tokens: sum(all.filter(n => n % 4 < 2)),
    premium_tokens: sum(all.filter(n => n % 2 === 0)),
    mini_tokens: sum(all.filter(n => n % 2 === 1)),
  }
  const folded = all.slice(0, KEYS - KEPT)
  for (const by of ['model', 'tier', 'service_tier', 'project', 'api_key', 'user'] satisfies BreakdownBy[]) {
    const { body } = await world.call<BreakdownView>(`GET /api/breakdown?by=${by}&date=${DATE}`)
    expect([by, body.final, body.total]).toEqual([by, final, total])
    expect(body.rows.reduce((tokens, row) => tokens + row.tokens_used, 0)).toBe(total.tokens_used)
    expect(Math.abs(body.rows.reduce((share, row) => share + row.share, 0) - 1)).toBeLessThan(1e-9)
    const rest = body.rows.find(({ id }) => id === 'other')
    if (by === 'project' || by === 'api_key' || by === 'user')
      expect([rest?.name, rest?.tokens_used, rest?.requests]).toEqual(['all others', sum(folded), 2 * folded.length])
    else expect(rest).toBeUndefined()
    if (by !== 'api_key') continue
    expect(body.count).toBe(KEPT + 1)
    for (const { id, tokens_used } of body.rows) {
      if (id !== 'other') expect(tokens_used).toBe(tokensOf(Number(id?.slice(4))))
    }
  }
}
