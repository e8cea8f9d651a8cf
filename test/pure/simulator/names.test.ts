import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ListPage } from '../../../simulator/api/list-page.ts'
import { SCOPES, type Scope } from '../../../simulator/api/scopes.ts'
import { HOSTILE_NAMES } from '../../../simulator/faults/hostile-names.ts'
import { NAME_FAULTS } from '../../../simulator/faults/name-faults.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, COMPLETIONS, NOW, type Question, TODAY, walk } from './ask.ts'

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ seed: 3, now: () => NOW })
})
afterEach(() => simulator.close())

async function listed<Item = ListPage['data'][number]>(path: string, question: Question = {}): Promise<Item[]> {
  const answer = await ask(simulator, path, question)
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { data: Item[] }).data
}

async function control(method: string, path: string, value: unknown) {
  return (await fetch(`${simulator.url}/control/${path}`, { method, body: JSON.stringify(value) })).json()
}

type ListedKey = { id: string; name: string; owner: { type: string } & Record<string, unknown> }
const keysOf = (project: string) =>
  listed<ListedKey>(`/organization/projects/${project}/api_keys`, { owner_project_access: 'any' })

describe('the lists of names', () => {
  it('name everybody and everything that the generated usage has an id of', async () => {
    const question = { start_time: TODAY - 5 * 86_400, group_by: ['project_id', 'api_key_id', 'user_id'] }
    const rows = (await walk(simulator, question)).flatMap(({ results }) => results)
    expect(rows.length).toBeGreaterThan(10)
    const projects = await listed('/organization/projects')
    const users = (await listed('/organization/users')).map(({ id }) => id)
    for (const { project_id, api_key_id, user_id } of rows) {
      expect(projects.map(({ id }) => id)).toContain(project_id)
      const accounts = await listed(`/organization/projects/${project_id}/service_accounts`)
      expect([...users, ...accounts.map(({ id }) => id)]).toContain(user_id)
      const key = (await keysOf(String(project_id))).find(({ id }) => id === api_key_id)
      if (api_key_id !== null) expect(key?.owner[key.owner.type]).toMatchObject({ id: user_id })
    }
  })

  it('page by the last id, the archived projects only on request', async () => {
    const first = (await (await ask(simulator, '/organization/projects', { limit: 2 })).json()) as ListPage
    const second = { limit: 2, after: String(first.last_id) }
    const last = (await (await ask(simulator, '/organization/projects', second)).json()) as ListPage
    expect([first.has_more, last.has_more, last.first_id]).toEqual([true, false, last.data[0]?.id])
    expect([...first.data, ...last.data]).toEqual(await listed('/organization/projects'))
    expect(first.data.length + last.data.length).toBe(4)
    expect(await listed('/organization/projects', { include_archived: true })).toHaveLength(5)
  })

  it('leave out the keys of owners who have left, unless they are asked for', async () => {
    const path = '/organization/projects/proj_V6kLdAs0FoYi8CmTw3QnGxHr/api_keys'
    const names = async (question: Question) => (await listed(path, question)).map(({ name }) => name)
    expect(await names({})).toEqual(['Reports'])
    expect(await names({ owner_project_access: 'inactive' })).toEqual(['Data export'])
    expect(await names({ owner_project_access: 'any' })).toEqual(['Reports', 'Data export'])
  })

  it('find users by mail address', async () => {
    const found = await listed('/organization/users', { emails: ['mei@acme.example', 'nobody@acme.example'] })
    expect(found.map(({ name }) => name)).toEqual(['Mei Tanaka'])
  })

  it('follow what becomes of the things: new, renamed, archived, deleted', async () => {
    await control('POST', 'directory', [
      { kind: 'project', id: 'proj_new', name: 'New' },
      { kind: 'project', id: 'proj_sim', name: null },
      { kind: 'service_account', id: 'svc_1', name: 'Bot', project: 'proj_new' },
      { kind: 'user', id: 'user-1', email: 'one@acme.example' },
      { kind: 'key', id: 'key_1', name: 'CI', project: 'proj_new', owner: 'svc_1' },
      { kind: 'key', id: 'key_2', project: 'proj_new', owner: 'user-1' },
      { kind: 'key', id: 'key_2', name: 'second' },
    ])
    expect((await listed('/organization/projects')).map(({ name }) => name).slice(-2)).toEqual([null, 'New'])
    const owners = async () => (await keysOf('proj_new')).map(({ name, owner }) => [name, owner[owner.type]])
    expect(await owners()).toMatchObject([
      ['CI', { id: 'svc_1', name: 'Bot' }],
      ['second', { id: 'user-1', name: '', email: 'one@acme.example' }],
    ])
    simulator.change({ kind: 'key', id: 'key_1', deleted: true }, { kind: 'user', id: 'user-1', deleted: true })
    simulator.change({ kind: 'project', id: 'proj_new', archived: true })
    expect(await owners()).toMatchObject([['second', { id: 'user-1', name: '', email: '' }]])
    expect((await listed('/organization/users')).map(({ id }) => id)).not.toContain('user-1')
    expect((await listed('/organization/projects')).map(({ id }) => id)).not.toContain('proj_new')
    const archived = { archived_at: Math.floor(NOW / 1000), status: 'archived', name: 'New' }
    expect((await listed('/organization/projects', { include_archived: true })).at(-1)).toMatchObject(archived)
    simulator.change({ kind: 'project', id: 'proj_oldPrototype0000000000000', name: 'Old' })
    const [old] = (await listed('/organization/projects', { include_archived: true })).slice(-2)
    expect(old).toMatchObject({ name: 'Old', archived_at: 1746057600 })
    simulator.change({ kind: 'project', id: 'proj_new', archived: false })
    expect((await listed('/organization/projects')).at(-1)).toMatchObject({ archived_at: null, status: 'active' })
  })
})

describe('scopes', () => {
  const asked: [string, Question, Scope][] = [
    [COMPLETIONS, { start_time: TODAY }, 'api.usage.read'],
    ['/organization/costs', { start_time: TODAY }, 'api.usage.read'],
    ['/organization/projects', {}, 'api.management.read'],
    ['/organization/users', {}, 'api.management.read'],
    ['/organization/projects/proj_sim/api_keys', {}, 'api.management.read'],
    ['/organization/projects/proj_sim/service_accounts', {}, 'api.management.read'],
  ]

  it.each(SCOPES.map(scope => [scope]))(
    'refuse without %s what needs it, and nothing else, until it is back',
    async missing => {
      const rest = SCOPES.filter(scope => scope !== missing)
      expect(await control('PUT', 'scopes', { scopes: rest })).toEqual({ scopes: rest })
      const error = `You have insufficient permissions for this operation. Missing scopes: ${missing}.`
      for (const [path, question, needed] of asked) {
        const answer = await ask(simulator, path, question)
        expect([path, answer.status]).toEqual([path, needed === missing ? 403 : 200])
        if (needed === missing) expect(await answer.json()).toEqual({ error })
      }
      simulator.setScopes(...SCOPES)
      for (const [path, question] of asked) expect((await ask(simulator, path, question)).status).toBe(200)
    },
  )

  it('are none for a project key, which is told of the one it would need', async () => {
    const headers = { authorization: 'Bearer sk-proj-abcdefgh' }
    for (const [path, question, needed] of asked) {
      const answer = await ask(simulator, path, question, { headers })
      expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining(`Missing scopes: ${needed}.`)])
    }
  })
})

describe('faults of names', () => {
  const said: Record<string, (n: number) => string | null> = {
    'hostile-list': n => HOSTILE_NAMES[n] ?? '',
    'null-names': () => null,
  }

  it.each(Object.keys(NAME_FAULTS))('%s acts on every list, and on nothing else', async fault => {
    const question = { start_time: TODAY, group_by: 'project_id' }
    const honest = await walk(simulator, question)
    simulator.fault(fault)
    for (const path of ['projects', 'users', 'projects/proj_sim/api_keys']) {
      const names = (await listed(`/organization/${path}`)).map(({ name }) => name)
      expect(names).toEqual(names.map((_, n) => said[fault]?.(n)))
      expect(names.length).toBeGreaterThan(0)
    }
    expect(await walk(simulator, question)).toEqual(honest)
  })
})
