import { afterEach, expect, it, vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import { readPolicy } from '../../../src/openai/modelPermissions.ts'
import { Secret } from '../../../src/secret.ts'

afterEach(() => vi.unstubAllGlobals())

it.each<[string, number, object]>([
  ['{"mode":"sometimes","model_ids":[]}', 200, { ok: false, fault: { kind: 'malformed' } }],
  ['{"mode":"deny_list","model_ids":[7]}', 200, { ok: false, fault: { kind: 'malformed' } }],
  ['<html>', 200, { ok: false, fault: { kind: 'malformed' } }],
  ['{"mode":null}', 200, { ok: true, policy: null }],
  ['null', 200, { ok: true, policy: null }],
  ['{"error":{}}', 404, { ok: true, policy: null }],
  ['{"mode":"allow_list","model_ids":["o3"]}', 200, { ok: true, policy: { mode: 'allow_list', models: ['o3'] } }],
])('a policy of %s (%i) is read for what it is', async (body, status, wanted) => {
  vi.stubGlobal('fetch', async () => new Response(body, { status }))
  const upstream = {
    ...{ baseUrl: 'https://api.openai.com/v1', adminKey: new Secret('sk-admin-x'), projectIds: [] },
    ...{ signal: new AbortController().signal, budget: new Budget(9), now: () => 0 },
  }
  expect(await readPolicy(upstream, 'proj_a')).toMatchObject(wanted)
})
