import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readOptions } from '../../../simulator/read-options.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, COMPLETIONS, NOW, TODAY, walk } from './ask.ts'

let simulator: Simulator
beforeEach(async () => {
  simulator = await startSimulator({ empty: true, now: () => NOW, adminKey: 'sk-admin-right-0123456789' })
})
afterEach(() => simulator.close())

async function control(line: string, value?: unknown): Promise<[number, unknown]> {
  const [method = '', path = ''] = line.split(' ')
  const init = { method, ...(value !== undefined && { body: JSON.stringify(value) }) }
  const answer = await fetch(`${simulator.url}/control${path}`, init)
  return [answer.status, await answer.json()]
}

const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

describe('/control', () => {
  it('adds an event, which the API and the ledger then both show', async () => {
    const event = { model: 'gpt-4o-2024-08-06', input: 120, output: 30, cached: 20, service_tier: 'incentivized-tier' }
    expect(await control('POST /add', { ...event, project: 'proj_x', time: TODAY + 60 })).toEqual([200, { added: 1 }])
    const totals = { input_tokens: 120, output_tokens: 30, cached_tokens: 20, total_tokens: 150, requests: 1 }
    expect(await control('GET /ledger?date=2026-11-18')).toEqual([
      200,
      {
        date: '2026-11-18',
        at: NOW / 1000,
        total: totals,
        by_model: { 'gpt-4o-2024-08-06': totals },
        by_service_tier: { 'incentivized-tier': totals },
        by_project: { proj_x: totals },
      },
    ])
    const answer = await ask(simulator, COMPLETIONS, { start_time: TODAY }, as('sk-admin-right-0123456789'))
    expect(await answer.json()).toMatchObject({
      data: [{ results: [{ input_tokens: 120, input_cached_tokens: 20, output_tokens: 30 }] }],
    })
  })

  it('knows the ledger as it could be known at a moment', async () => {
    await control('POST /add', [
      { model: 'o3-2025-04-16', input: 1, output: 0, time: TODAY, visible_from: TODAY + 100 },
      { model: 'o3-2025-04-16', input: 2, output: 0, time: TODAY, visible_from: TODAY + 200 },
    ])
    const known = async (at: string | number) => {
      const [, body] = await control(`GET /ledger?date=2026-11-18&at=${at}`)
      return (body as { total: { total_tokens: number } }).total.total_tokens
    }
    expect([await known(TODAY + 99), await known(TODAY + 100), await known('2026-11-18T00:05:00Z')]).toEqual([0, 1, 3])
  })

  it.each<[string, unknown, RegExp]>([
    ['POST /add', { model: 'gpt-4o' }, /needs model, input and output/],
    ['POST /add', { model: 'gpt-4o', input: 1.5, output: 0 }, /input: expected a whole number/],
    ['POST /add', { model: 'gpt-4o', input: 1, output: 0, colour: 'red' }, /colour: unknown/],
    ['POST /fault', { fault: 'no-such' }, /'no-such' is unknown. There are: 401, /],
    ['POST /fault', { fault: '500', count: 'two' }, /count: expected a number/],
    ['POST /fault', { fault: '500', times: 2 }, /times: unknown/],
    ['POST /fault', { fault: '500', width: '1w' }, /width: expected 1m, 1h or 1d/],
    ['POST /fault', { fault: '500', date: 20261118 }, /date: expected a UTC date/],
    ['POST /fault', { fault: '500', date: 'yesterday' }, /date: 'yesterday' is not a UTC date/],
    ['GET /costs?date=yesterday', undefined, /not a UTC date/],
    ['POST /directory', { kind: 'team', id: 't' }, /kind: expected project, user, service_account, key/],
    ['POST /directory', { kind: 'key', name: 'no id' }, /id: expected a text/],
    ['POST /directory', { kind: 'key', id: 'k', colour: 'red' }, /colour: unknown. A key has name, project, owner/],
    ['POST /directory', { kind: 'key', id: 'k', name: null }, /name: expected a text, got null/],
    ['POST /directory', { kind: 'key', id: 'k', project: 'proj_nobody' }, /no project 'proj_nobody'/],
    ['POST /directory', { kind: 'key', id: 'k', deleted: true }, /no key 'k' to delete/],
    ['PUT /scopes', { scopes: 'api.usage.read' }, /scopes: expected an array/],
    ['PUT /scopes', { scopes: ['api.all'] }, /"api.all" is unknown. There are: api.usage.read, /],
    ['GET /ledger?date=yesterday', undefined, /not a UTC date/],
    ['GET /ledger?at=soon', undefined, /neither Unix seconds nor a date/],
  ])('%s refuses %j', async (line, value, message) => {
    expect(await control(line, value)).toEqual([400, { error: expect.stringMatching(message) }])
  })

  it('arms and clears faults, and lists all there are', async () => {
    expect(await control('POST /fault', { fault: '503', count: 2 })).toEqual([
      200,
      [{ fault: '503', count: 2, left: 2 }],
    ])
    expect((await ask(simulator, COMPLETIONS)).status).toBe(503)
    expect(await control('GET /fault')).toEqual([200, [{ fault: '503', count: 2, left: 1 }]])
    const lasting = { fault: '500', path: '/v1/organization', width: '1h', date: '2026-11-18' }
    expect(await control('POST /fault', lasting)).toEqual([
      200,
      [
        { fault: '503', count: 2, left: 1 },
        { ...lasting, left: null },
      ],
    ])
    expect(await control('DELETE /fault')).toEqual([200, []])
    expect(await control('GET /faults')).toEqual([
      200,
      expect.objectContaining({ 'hostile-names': expect.any(String) }),
    ])
  })

  it('logs API requests with what became of them, and no key', async () => {
    simulator.fault('500', { count: 1 })
    await (await ask(simulator, COMPLETIONS, { start_time: TODAY }, as('sk-admin-right-0123456789'))).text()
    await (await ask(simulator, '/organization/projects', {}, as('sk-admin-right-0123456789'))).text()
    const [, log] = await control('GET /requests')
    expect(log).toMatchObject([
      { method: 'GET', path: `/v1${COMPLETIONS}`, query: `?start_time=${TODAY}`, status: 500, fault: '500', time: NOW },
      { path: '/v1/organization/projects', status: 200, fault: null, duration_ms: expect.any(Number) },
    ])
    expect(JSON.stringify(log)).not.toContain('0123456789')
  })

  it('tells its state, and 404 for what there is not', async () => {
    expect(await control('GET /state')).toEqual([
      200,
      { mode: 'empty', now: NOW / 1000, replay: null, faults: [], requests: 0 },
    ])
    expect((await control('GET /nothing'))[0]).toBe(404)
  })
})

describe('keys', () => {
  it.each([
    ['sk-admin-right-0123456789', 200, ''],
    ['sk-admin-wrong-0123456789', 401, 'Incorrect API key provided: sk-admin********6789'],
    ['short', 401, 'Incorrect API key provided: *****'],
    ['sk-proj-abcdefgh', 403, '{"error":"You have insufficient permissions'],
  ])('%s is answered %i', async (key, status, text) => {
    const answer = await ask(simulator, COMPLETIONS, { start_time: TODAY }, as(key))
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)])
  })

  it('asks for one when there is none, with a null code', async () => {
    const answer = await ask(simulator, COMPLETIONS, { start_time: TODAY }, { headers: {} })
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: null } }])
  })
})

describe('other routes', () => {
  const key = as('sk-admin-right-0123456789')
  it.each([
    ['GET', '/organization/usage/nothing', 404],
    ['POST', '/organization/usage/completions', 405],
    ['GET', '/organization/costs', 400],
    ['GET', '/organization/costs?start_time=1&bucket_width=1h', 400],
    ['GET', '/organization/costs?start_time=1&group_by=model', 400],
    ['GET', '/organization/costs?start_time=1&limit=181', 400],
    ['GET', '/organization/projects?after=proj_nobody', 400],
    ['POST', '/organization/users', 405],
    ['GET', '/organization/projects/proj_nobody/api_keys', 404],
    ['GET', '/organization/projects/proj_nobody/service_accounts', 404],
    ['GET', '/organization/projects/proj_sim/api_keys?owner_project_access=all', 400],
  ])('%s %s answers %i', async (method, path, status) => {
    expect((await fetch(`${simulator.baseUrl}${path}`, { method, ...key })).status).toBe(status)
  })
})

describe('startSimulator', () => {
  it('names a port that is in use', async () => {
    await expect(startSimulator({ empty: true, port: simulator.port })).rejects.toThrow(
      `Port ${simulator.port} is in use`,
    )
  })

  it('answers a month by day in a few milliseconds once it is warm', async () => {
    const month = await startSimulator({ seed: 1, now: () => NOW })
    const question = { start_time: TODAY - 30 * 86_400, limit: 31, group_by: ['model', 'service_tier', 'project_id'] }
    await walk(month, question)
    const began = performance.now()
    expect(await walk(month, question)).toHaveLength(31)
    expect(performance.now() - began).toBeLessThan(250)
    await month.close()
  })
})

describe('readOptions', () => {
  it('reads a replay that is shared out and spoiled', () => {
    const line =
      '--port 0 --trace t.csv --speed instant --model gpt-4o:3 --model ft:gpt-4o:acme::a1 --fault 503:2 --free ' +
      '--scope api.usage.read --cost-lag 12'
    expect(readOptions(line.split(' '))).toEqual({
      port: 0,
      faults: [{ fault: '503', count: 2 }],
      scopes: ['api.usage.read'],
      costLagHours: 12,
      trace: {
        source: 't.csv',
        speed: 'instant',
        models: [
          { name: 'gpt-4o', weight: 3 },
          { name: 'ft:gpt-4o:acme::a1', weight: 1 },
        ],
        free: true,
      },
    })
  })

  it.each([
    ['--port 70000', /--port: expected a whole number from 0 to 65535, got '70000'/],
    ['--port', /--port/],
    ['--seed x', /--seed: expected a whole number/],
    ['--speed 2', /--speed needs --trace/],
    ['--trace t --speed -1', /--speed/],
    ['--trace t --speed fast', /--speed: expected a number above 0 or instant, got 'fast'/],
    ['--empty --seed 1', /--empty and --seed exclude each other/],
    ['--fault nonsense', /'nonsense' is unknown/],
    ['--scope all', /"all" is unknown/],
    ['--cost-lag 100', /--cost-lag: expected a whole number from 0 to 72, got '100'/],
    ['--nonsense', /--nonsense/],
  ])('refuses %s', (line, message) => {
    expect(() => readOptions(line.split(' '))).toThrow(message)
  })

  it('gives null when help is wanted', () => {
    expect(readOptions(['--help'])).toBeNull()
  })
})
