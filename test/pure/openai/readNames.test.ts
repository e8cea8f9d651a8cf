import { afterEach, describe, expect, it, vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import type { Upstream } from '../../../src/openai/askOpenAI.ts'
import { readKeys, readProjects, readServiceAccounts, readUsers } from '../../../src/openai/readNames.ts'
import { fakeUpstream, KEY } from './fakeUpstream.ts'

const list = (data: unknown[], more: object = {}) =>
  Response.json({ object: 'list', data, first_id: null, last_id: null, has_more: false, ...more })
const names = async (read: (upstream: Upstream) => Promise<unknown>, data: unknown[]) => {
  return read(fakeUpstream([list(data)]).upstream)
}
const LISTS: [string, (upstream: Upstream) => Promise<unknown>, string][] = [
  ['projects', readProjects, '/organization/projects?limit=100&include_archived=true'],
  ['users', readUsers, '/organization/users?limit=100'],
  [
    'keys',
    upstream => readKeys(upstream, 'proj_1'),
    '/organization/projects/proj_1/api_keys?limit=100&owner_project_access=any',
  ],
  [
    'service accounts',
    upstream => readServiceAccounts(upstream, 'proj_1'),
    '/organization/projects/proj_1/service_accounts?limit=100',
  ],
]

afterEach(() => vi.unstubAllGlobals())

describe.each(LISTS)('the list of %s', (_, read, url) => {
  it('is read page by page with the key, from the last id on', async () => {
    const pages = [
      list([{ id: 'a', name: 'A' }], { last_id: 'a&', has_more: true }),
      list([{ id: 'b', name: 'B' }], { last_id: undefined, has_more: true }),
      list([{ id: 'c', name: 'C' }], { last_id: 'c' }),
    ]
    const { upstream, asked, inits } = fakeUpstream(pages)
    const all = [
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
      { id: 'c', name: 'C' },
    ]
    const said = url.includes('api_keys') ? { keys: all, owners: [] } : { names: all }
    expect(await read(upstream)).toEqual({ ok: true, complete: true, requests: 3, ...said })
    expect(asked()).toEqual([url, `${url}&after=a%26`, `${url}&after=b`])
    for (const init of inits()) {
      expect(init).toMatchObject({ redirect: 'manual', headers: { authorization: `Bearer ${KEY}` } })
    }
  })

  it('is cut after 10 pages, and says so', async () => {
    const pages = Array.from({ length: 11 }, (_, n) =>
      list([{ id: `id${n}`, name: '' }], { has_more: true, last_id: `id${n}` }),
    )
    const { upstream, asked } = fakeUpstream(pages)
    expect(await read(upstream)).toMatchObject({ ok: true, complete: false, requests: 10 })
    expect(asked().length).toBe(10)
  })

  const malformed = (detail: string) => ({ kind: 'malformed', detail, requestId: null })
  const refused = { kind: 'refused', missingScope: 'api.management.read', requestId: null }
  const missing = 'You have insufficient permissions for this operation. Missing scopes: api.management.read.'
  it.each<[string, () => Response, unknown]>([
    [
      'the same last_id again',
      () => list([], { has_more: true, last_id: 'a' }),
      malformed('a last_id came twice, so the pages go in a circle'),
    ],
    [
      'no last_id and more to come',
      () => list([], { has_more: true }),
      malformed('has_more is true, but there is no last_id'),
    ],
    ['no list', () => Response.json({ data: {}, has_more: false }), malformed('data is not Array')],
    ['no word of more', () => Response.json({ data: [] }), malformed('has_more is missing')],
    ['null', () => Response.json(null), malformed('the list is not Object')],
    ['HTML', () => new Response('<html>'), malformed('the body is not JSON')],
    [
      '403, a text that names the scope',
      () => Response.json({ error: missing }, { status: 403 }),
      { ...refused, status: 403 },
    ],
    [
      '401, an object that names it',
      () => Response.json({ error: { message: missing } }, { status: 401 }),
      { ...refused, status: 401 },
    ],
    ['404', () => new Response('', { status: 404 }), { kind: 'unexpectedStatus', status: 404, requestId: null }],
  ])('is a fault when a page is %s', async (_, answer, fault) => {
    const { upstream } = fakeUpstream([list([{ id: 'a' }], { has_more: true, last_id: 'a' }), answer()])
    expect(await read(upstream)).toEqual({ ok: false, fault, requests: 2 })
  })

  it('waits for the next wake when the budget is used up', async () => {
    const { upstream, asked } = fakeUpstream([], { budget: new Budget(0) })
    expect(await read(upstream)).toEqual({ ok: false, fault: { kind: 'postponed' }, requests: 0 })
    expect(asked()).toEqual([])
  })

  it('leaves out what has no id, and keeps the rest', async () => {
    const odd = [
      null,
      7,
      'x',
      [],
      {},
      { id: 5, name: 'n' },
      { id: '', name: 'n' },
      { id: 'a', name: { toString: 'x' } },
    ]
    const said = [{ id: 'a', name: '' }]
    expect(await names(read, odd)).toMatchObject(url.includes('api_keys') ? { keys: said } : { names: said })
  })

  it.each([
    ['what hides or reorders', 'a\u202Eb\u0000\u200Bc\r\nd', 'abc d'],
    ['markup as it is, since it is text', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['what has no end', 'x'.repeat(10_000), `${'x'.repeat(199)}…`],
    ['what is not well-formed', 'a\ud800b', 'ab'],
  ])('makes names fit to be shown: %s', async (_, name, shown) => {
    const said = [{ id: '__proto__', name: shown }]
    const read_ = await names(read, [{ id: '__proto__', name }])
    expect(read_).toMatchObject(url.includes('api_keys') ? { keys: said } : { names: said })
  })
})

describe('readUsers', () => {
  it.each([
    [{ name: 'Ann', email: 'ann@x.example' }, 'Ann'],
    [{ name: null, email: 'ann@x.example' }, 'ann@x.example'],
    [{ name: ' \u200B', email: 'ann@x.example' }, 'ann@x.example'],
    [{ name: null, email: null }, ''],
  ])('names %j %j', async (user, name) => {
    expect(await names(readUsers, [{ id: 'user-1', ...user }])).toMatchObject({ names: [{ id: 'user-1', name }] })
  })
})

describe('readKeys', () => {
  const ann = { id: 'user-1', name: 'Ann', email: 'ann@x.example', role: 'owner' }
  const bot = { id: 'svc-1', name: 'Nightly', role: 'member' }

  it('names keys, or shows what OpenAI shows of them, and tells each owner once', async () => {
    const keys = [
      { id: 'key_1', name: 'CI', redacted_value: 'sk-a...1', owner: { type: 'user', user: ann } },
      { id: 'key_2', name: '', redacted_value: 'sk-a...2', owner: { type: 'user', user: ann } },
      { id: 'key_3', name: null, owner: { type: 'service_account', service_account: bot } },
      { id: 'key_4', name: 'n', owner: { type: 'user', user: { id: 'user-2', name: null, email: 'b@x.example' } } },
      ...[null, 'x', {}, { type: 'user', user: null }, { type: 'user', user: { name: 'no id' } }].map((owner, n) => ({
        ...{ id: `odd_${n}`, name: 'odd', owner },
      })),
    ]
    const { upstream } = fakeUpstream([list(keys)])
    const read = await readKeys(upstream, 'proj_1')
    expect(read.ok && read.keys.slice(0, 4)).toEqual([
      { id: 'key_1', name: 'CI' },
      { id: 'key_2', name: 'sk-a...2' },
      { id: 'key_3', name: '' },
      { id: 'key_4', name: 'n' },
    ])
    expect(read.ok && read.owners).toEqual([
      { id: 'user-1', name: 'Ann' },
      { id: 'svc-1', name: 'Nightly' },
      { id: 'user-2', name: 'b@x.example' },
    ])
  })

  it.each(['', '.', '..', '../../users', 'a/b', 'proj?x', 'proj#x', '%2e%2e', '\ud800', 'x'.repeat(201)])(
    'asks nothing about %j, which is no id of a project and would lead elsewhere',
    async id => {
      const { upstream, asked } = fakeUpstream([])
      const none = { ok: true, complete: true, requests: 0 }
      expect(await readKeys(upstream, id)).toEqual({ ...none, keys: [], owners: [] })
      expect(await readServiceAccounts(upstream, id)).toEqual({ ...none, names: [] })
      expect(asked()).toEqual([])
    },
  )
})
