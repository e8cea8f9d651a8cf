import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { World } from '../tracker/world.ts'
import { API_TOKEN, bearer } from './callApi.ts'

// The official client against the tracker: both protocols, every tool, and the numbers of the routes.

const ADDRESS = new URL('https://tracker.example/mcp')
const CALLS: [tool: string, given: Record<string, unknown>, route: string][] = [
  ['get_usage', {}, '/api/usage'],
  ['get_headroom', { tier: 'premium', tokens: 30_000 }, '/api/headroom?tier=premium&tokens=30000'],
  ['get_headroom', { model: 'gpt-4o-mini' }, '/api/headroom?model=gpt-4o-mini'],
  ['get_forecast', {}, '/api/forecast'],
  ['get_breakdown', { by: 'project', days: 3 }, '/api/breakdown?by=project&days=3'],
  ['get_costs', { by: 'day', month: '2027-03' }, '/api/costs?by=day&month=2027-03'],
  ['get_history', { days: 1 }, '/api/history?days=1'],
  ['get_history', { days: 2, interval: 'day' }, '/api/history?days=2&interval=day'],
  ['list_alerts', { days: 7, kinds: 'all' }, '/api/alerts?days=7&kinds=all'],
]
const WRONG: [tool: string, given: Record<string, unknown>, words: string][] = [
  ['get_history', { days: 32 }, 'days is "32", but must be a whole number from 1 to 31.'],
  ['get_history', { days: null }, 'days is "null", but must be a whole number'],
  ['get_breakdown', { by: 'colour' }, 'by is "colour", but must be one of model, tier'],
  ['get_breakdown', { date: '2027-02-30' }, 'date is "2027-02-30", but must be a UTC calendar date'],
  ['get_costs', { month: '2027-03', days: 3 }, 'month and days exclude each other'],
  ['get_headroom', {}, 'tier or model must be given'],
  [
    'get_headroom',
    { tier: 'mini', strict: '1' },
    '"strict" is no argument of get_headroom, which takes tier, model, tokens.',
  ],
  ['get_usage', { days: 1 }, '"days" is no argument of get_usage, which takes none.'],
  ['list_alerts', { kinds: 'threshold,x' }, 'kinds has "x", but takes all'],
]
const NAMES = [...new Set(CALLS.map(([tool]) => tool))].sort()
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })

let world: World

beforeEach(async () => {
  world = await World.make({ vars: { AUTH_MODE: 'token', API_TOKEN }, start: 10 * 3600 })
  world.use({ at: world.now - 3600, model: 'gpt-4o', input: 850_000, output: 12_345 })
  world.use({ at: world.now - 1800, model: 'gpt-4o-mini', input: 77, output: 3 })
  await world.call('POST /api/poll', bearer())
  await world.catchUp()
})
afterEach(World.end)

type Revision = '2026-07-28' | 'of 2025'

async function connected(revision: Revision, headers: Record<string, string> = bearer()): Promise<Client> {
  const mode = revision === 'of 2025' ? 'legacy' : { pin: revision }
  const client = new Client({ name: 'a client', version: '1' }, { versionNegotiation: { mode } })
  const fetch = (url: string | URL, init?: RequestInit) => world.fetchApi(new Request(url, init))
  await client.connect(new StreamableHTTPClientTransport(ADDRESS, { fetch, requestInit: { headers } }))
  return client
}

describe.each<Revision>(['2026-07-28', 'of 2025'])('a client of the revision %s', revision => {
  it('finds every tool, as one that only reads', async () => {
    const client = await connected(revision)
    expect(client.getServerVersion()?.name).toBe('openai-usage-tracker')
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual(NAMES)
    for (const { title, description, annotations, outputSchema } of tools) {
      expect([title, description]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)])
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
      expect(outputSchema).toMatchObject({ type: 'object' })
    }
    await client.close()
  })

  it('reads with each of them what the routes say', async () => {
    const client = await connected(revision)
    // With the schemas of the answers in hand, the client holds each answer to its own.
    await client.listTools()
    for (const [name, given, route] of CALLS) {
      const result = await client.callTool({ name, arguments: given })
      const { status, body } = await world.call<object>(`GET ${route}`, bearer())
      expect([status, result.isError], `${name} ${JSON.stringify(result)}`).toEqual([200, undefined])
      expect(result.structuredContent, name).toEqual(body)
      expect(result.content, name).toEqual([{ type: 'text', text: JSON.stringify(body) }])
    }
    const usage = await client.callTool({ name: 'get_usage' })
    expect(usage.structuredContent).toMatchObject({ premium: { tokens_used: 862_345 }, mini: { tokens_used: 80 } })
    await client.close()
  })

  it('is told what is wrong with an argument, in the words of the route', async () => {
    const client = await connected(revision)
    for (const [name, given, words] of WRONG) {
      const result = await client.callTool({ name, arguments: given })
      expect(result).toMatchObject({ isError: true, content: [{ type: 'text', text: expect.stringContaining(words) }] })
      expect(result.structuredContent).toBeUndefined()
    }
    await expect(client.callTool({ name: 'poll' })).rejects.toThrow(/no tool "poll"/)
    await client.close()
  })

  it('gets nothing without the token, or with a wrong one', async () => {
    for (const headers of [{}, bearer('wrong')]) {
      await expect(connected(revision, headers)).rejects.toThrow()
      const line = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_usage' } })
      const init = { method: 'POST', headers: { ...headers, ...JSON_BOTH_WAYS }, body: line }
      const response = await world.fetchApi(new Request(ADDRESS, init))
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect(await response.json()).toMatchObject({ code: 'unauthorized' })
    }
  })
})

const JSON_BOTH_WAYS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

describe('POST /mcp', () => {
  const posted = (body: BodyInit, headers: Record<string, string> = {}) =>
    world.fetchApi(
      new Request(ADDRESS, { method: 'POST', headers: { ...bearer(), ...JSON_BOTH_WAYS, ...headers }, body }),
    )

  it('answers in JSON, never by a stream, and notifications by nothing', async () => {
    const response = await posted(LIST)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(response.headers.get('mcp-session-id')).toBeNull()
    const noted = await posted(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
    expect([noted.status, await noted.text()]).toEqual([202, ''])
  })

  it('refuses what is no message, or too long, or of another type or revision', async () => {
    const refused: [BodyInit, Record<string, string>, number][] = [
      ['{', {}, 400],
      [' '.repeat(65 * 1024), {}, 413],
      ['{}', { 'content-type': 'text/plain' }, 415],
      [LIST, { 'mcp-protocol-version': '1999-01-01' }, 400],
    ]
    for (const [body, headers, status] of refused) {
      const response = await posted(body, headers)
      expect([response.status, await response.json()]).toMatchObject([
        status,
        { error: { message: expect.any(String) } },
      ])
    }
  })

  it('opens no stream of news: nothing of the list changes', async () => {
    const client = await connected('2026-07-28')
    expect(client.getServerCapabilities()).toEqual({ tools: {} })
    const envelope = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    const params = { notifications: { toolsListChanged: true }, _meta: envelope }
    const line = { jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' }
    const response = await posted(JSON.stringify(line), headers)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toMatchObject({ error: { code: expect.any(Number) } })
  })

  it('is the only method', async () => {
    for (const method of ['GET', 'DELETE']) {
      const response = await world.fetchApi(new Request(ADDRESS, { method, headers: bearer() }))
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    }
  })
})
