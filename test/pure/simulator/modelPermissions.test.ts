import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, NOW, TODAY, walk } from './ask.ts'

const PROJECT = 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1'
const PATH = `/organization/projects/${PROJECT}/model_permissions`
const HEADERS = { authorization: 'Bearer sk-admin-test' }

let simulator: Simulator
let now: number
beforeEach(async () => {
  now = NOW
  simulator = await startSimulator({ empty: true, now: () => now })
})
afterEach(() => simulator.close())

async function permissions(method = 'GET', value?: unknown, path = PATH) {
  const body = value === undefined ? {} : { body: JSON.stringify(value) }
  const answer = await ask(simulator, path, {}, { method, headers: HEADERS, ...body })
  return [answer.status, await answer.json()]
}

const NONE = [200, { object: 'project.model_permissions', mode: 'deny_list', model_ids: [] }]
const DENIED = { mode: 'deny_list', model_ids: ['gpt-4o', 'o3'] }

describe('model permissions', () => {
  it('are replaced whole by POST and taken away by DELETE', async () => {
    expect(await permissions()).toEqual(NONE)
    expect(await permissions('POST', DENIED)).toEqual([200, { object: 'project.model_permissions', ...DENIED }])
    await permissions('POST', { mode: 'allow_list', model_ids: ['o3'] })
    expect(await permissions()).toEqual([
      200,
      { object: 'project.model_permissions', mode: 'allow_list', model_ids: ['o3'] },
    ])
    expect(await permissions('DELETE')).toEqual([200, { object: 'project.model_permissions.deleted', deleted: true }])
    expect(await permissions()).toEqual(NONE)
  })

  it('refuse what is no policy, and a project that is none', async () => {
    expect((await permissions('POST', { mode: 'deny_list' }))[0]).toBe(400)
    expect((await permissions('POST', { mode: 'maybe', model_ids: [] }))[0]).toBe(400)
    expect((await permissions('GET', undefined, PATH.replace(PROJECT, 'proj_none')))[0]).toBe(404)
    expect((await permissions('PUT', DENIED))[0]).toBe(405)
    expect(await permissions()).toEqual(NONE)
  })

  it('need a scope of their own to be changed', async () => {
    simulator.setScopes('api.usage.read', 'api.management.read')
    expect(await permissions()).toEqual(NONE)
    expect(await permissions('POST', DENIED)).toEqual([403, { error: expect.stringContaining('api.management.write') }])
    simulator.setScopes('api.usage.read', 'api.management.write')
    expect((await permissions())[0]).toBe(403)
  })

  it('stop the requests that they deny half a minute later, and no others', async () => {
    const second = NOW / 1000
    for (const time of [second + 10, second + 40]) {
      for (const model of ['gpt-4o', 'gpt-4o-mini']) {
        for (const project of [PROJECT, 'proj_sim']) simulator.add({ model, project, input: 100, output: 0, time })
      }
    }
    await permissions('POST', DENIED)
    now += 60_000
    const day = { start_time: TODAY, group_by: ['model', 'project_id'] }
    const rows = (await walk(simulator, day)).flatMap(({ results }) => results)
    const used = rows.map(row => [row.model, row.project_id, row.input_tokens])
    expect(used.sort()).toEqual([
      ['gpt-4o', PROJECT, 100],
      ['gpt-4o', 'proj_sim', 200],
      ['gpt-4o-mini', PROJECT, 200],
      ['gpt-4o-mini', 'proj_sim', 200],
    ])
    expect(simulator.totals().total.total_tokens).toBe(700)
  })

  it('may be answered and not made, or made late, or changed by others', async () => {
    simulator.fault('lost-write', { count: 1 })
    expect((await permissions('POST', DENIED))[0]).toBe(200)
    expect(await permissions()).toEqual(NONE)
    simulator.fault('late-write', { count: 1 })
    await permissions('POST', DENIED)
    expect(await permissions()).toEqual(NONE)
    now += 45_000
    expect(simulator.policies()).toEqual({ [PROJECT]: { mode: 'deny_list', models: ['gpt-4o', 'o3'] } })
    const change = { method: 'POST', body: JSON.stringify({ project: PROJECT, mode: 'deny_list', model_ids: ['o1'] }) }
    await fetch(`${simulator.url}/control/policies`, change)
    expect(await permissions()).toEqual([
      200,
      { object: 'project.model_permissions', mode: 'deny_list', model_ids: ['o1'] },
    ])
  })
})
