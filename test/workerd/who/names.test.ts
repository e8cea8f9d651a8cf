import { afterEach, describe, expect, it } from 'vitest'
import { HOSTILE_NAMES } from '../../../simulator/faults/hostile-names.ts'
import type { BreakdownBy, BreakdownView, CostsView } from '../../../src/wire.ts'
import { DAY, World } from '../tracker/world.ts'
import { organisationOf, used } from './organisation.ts'

// Names are OpenAI's: they change, go and are hostile. Ids say what is meant, names are what is shown.

afterEach(World.end)

const HOUR = 3600
const SEARCH = 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1'
const EXPORT = 'key_M4bJcYx0SdQnWz6T'
const REPORTS = 'key_tR3oVyKu1HsXf6Pg'
const NOT_SHARED = 'proj_V6kLdAs0FoYi8CmTw3QnGxHr'
const MEI = 'user-Bn5jEpGi7OaZxM3c'
const LINE = { model: 'gpt-4o-2024-08-06', input: 10, output: 5 }

async function nameOf(world: World, by: BreakdownBy, id: string, days = 3): Promise<string | undefined> {
  const { body } = await world.call<BreakdownView>(`GET /api/breakdown?by=${by}&days=${days}`)
  return body.rows.find(row => row.id === id)?.name
}

describe('a name', { timeout: 60_000 }, () => {
  it('follows OpenAI’s within a day, and the last one stays when a thing is archived or deleted', async () => {
    const world = await World.make({ start: HOUR, vars: { POLL_CRON: '0 */4 * * *' } })
    const organisation = organisationOf(world)
    used(world, organisation, { ...LINE, project: SEARCH, apiKey: 'key_4xTqMzBn8WcJr5Le', user: 'user-sim' })
    used(world, organisation, { ...LINE, project: NOT_SHARED, apiKey: REPORTS, user: MEI })
    used(world, organisation, { ...LINE, project: NOT_SHARED, apiKey: EXPORT, user: MEI })
    await world.catchUp()
    await world.run(world.now + HOUR)
    const { directory } = organisation
    directory.change({ kind: 'project', id: SEARCH, name: 'Search, renamed' }, world.now)
    directory.change({ kind: 'project', id: NOT_SHARED, archived: true }, world.now)
    directory.change({ kind: 'key', id: REPORTS, name: 'Reports, renamed' }, world.now)
    directory.change({ kind: 'key', id: EXPORT, deleted: true }, world.now)
    directory.change({ kind: 'user', id: MEI, deleted: true }, world.now)
    await world.run(world.now + 26 * HOUR)
    expect(await nameOf(world, 'project', SEARCH)).toBe('Search, renamed')
    expect(await nameOf(world, 'project', NOT_SHARED)).toBe('Customer data (not shared)')
    expect(await nameOf(world, 'api_key', REPORTS)).toBe('Reports, renamed')
    expect(await nameOf(world, 'api_key', EXPORT)).toBe('Data export')
    expect(await nameOf(world, 'user', MEI)).toBe('Mei Tanaka')
    // From D1 too, weeks later, with nobody left to ask.
    organisation.scopes.delete('api.management.read')
    await world.run(world.now + 6 * DAY)
    await world.evict()
    expect(await nameOf(world, 'api_key', EXPORT, 10)).toBe('Data export')
  })

  it('of a new key is there within two hours, and one without a name is not looked up again before the next day', async () => {
    const world = await World.make({ start: HOUR, vars: { POLL_CRON: '*/10 * * * *' } })
    const organisation = organisationOf(world)
    used(world, organisation, { ...LINE, project: SEARCH, apiKey: 'key_4xTqMzBn8WcJr5Le', user: 'user-sim' })
    await world.catchUp()
    await world.run(world.now + 2 * HOUR)
    organisation.directory.change({ kind: 'key', id: 'key_new', project: SEARCH, name: 'Brand new' }, world.now)
    used(world, organisation, { ...LINE, project: SEARCH, apiKey: 'key_new', user: 'user-sim' })
    used(world, organisation, { ...LINE, project: SEARCH, apiKey: 'key_gone', user: 'user-gone' })
    used(world, organisation, { ...LINE, project: 'proj_gone', apiKey: 'key_other', user: 'user-sim' })
    await world.run(world.now + 2 * HOUR)
    expect(await nameOf(world, 'api_key', 'key_new')).toBe('Brand new')
    expect(await nameOf(world, 'api_key', 'key_gone')).toBe('key_gone')
    expect(await nameOf(world, 'project', 'proj_gone')).toBe('proj_gone')
    expect((await world.status()).reads).toEqual([])
    const lists = () => world.askedBeside.filter(({ pathname }) => pathname.endsWith('/projects')).length
    const before = lists()
    await world.run(world.now + 12 * HOUR)
    expect(lists()).toBe(before)
  })
})

describe('hostile names', () => {
  it('lose nothing of the sums, and are shown on one line without anything invisible', async () => {
    const world = await World.make({ start: HOUR, vars: { POLL_CRON: '0 * * * *' } })
    const organisation = organisationOf(world)
    // Ids that are hostile themselves have no other name; those that are good have a hostile one.
    HOSTILE_NAMES.forEach((name, n) => {
      const id = { project: `proj_${n}`, apiKey: `key_${n}`, user: `user-${n}` }
      organisation.directory.change({ kind: 'project', id: id.project, name }, world.now)
      organisation.directory.change({ kind: 'key', id: id.apiKey, project: id.project, name }, world.now)
      organisation.directory.change({ kind: 'user', id: id.user, name }, world.now)
      used(world, organisation, { ...LINE, ...id, input: 100 + n })
      used(world, organisation, { ...LINE, model: name, project: name, apiKey: name, user: name, input: 1000 + n })
    })
    await world.catchUp()
    await world.run(world.now + 5 * HOUR)
    const total = HOSTILE_NAMES.reduce((sum, _, n) => sum + 1110 + 2 * n, 0)
    for (const by of ['model', 'project', 'api_key', 'user']) {
      const { body, raw } = await world.call<BreakdownView>(`GET /api/breakdown?by=${by}`)
      expect(body.total.tokens_used).toBe(total)
      expect(body.count).toBe(HOSTILE_NAMES.length * (by === 'model' ? 1 : 2) + (by === 'model' ? 1 : 0))
      expect(body.rows.map(row => row.id)).toEqual(expect.arrayContaining([...HOSTILE_NAMES]))
      harmless(body.rows)
      expect(raw.headers.get('content-type')).toContain('application/json')
      expect(raw.headers.get('x-content-type-options')).toBe('nosniff')
    }
    expect(await nameOf(world, 'api_key', 'key_0')).toBe('<script>alert("model")</script>')
    expect(await nameOf(world, 'user', 'user-10')).toBe('line break tabbellnul')
    for (const by of ['project', 'line_item']) {
      const { body } = await world.call<CostsView>(`GET /api/costs?by=${by}`)
      expect(body.rows.length).toBeGreaterThanOrEqual(HOSTILE_NAMES.length)
      harmless(body.rows)
    }
    for (const line of world.logs) expect(line).not.toMatch(INVISIBLE)
  })
})

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
function harmless(rows: readonly { name?: string }[]): void {
  for (const { name = '' } of rows) {
    expect(name).not.toBe('')
    expect(name).not.toMatch(INVISIBLE)
    expect([...name].length).toBeLessThanOrEqual(200)
  }
}
