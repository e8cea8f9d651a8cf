import { afterEach, expect, it, vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import type { Upstream } from '../../../src/openai/askOpenAI.ts'
import { readPolicy, writePolicy } from '../../../src/openai/modelPermissions.ts'
import { Secret } from '../../../src/secret.ts'

afterEach(() => vi.unstubAllGlobals())

const NO_ROUTE = { ok: false, fault: { kind: 'unexpectedStatus', status: 404 } }

it.each<[string, number, object]>([
  ['{"mode":"sometimes","model_ids":[]}', 200, { ok: false, fault: { kind: 'malformed' } }],
  ['{"mode":"deny_list","model_ids":[7]}', 200, { ok: false, fault: { kind: 'malformed' } }],
  ['<html>', 200, { ok: false, fault: { kind: 'malformed' } }],
  ['{"mode":null}', 200, { ok: true, policy: null, isStated: false }],
  ['null', 200, { ok: true, policy: null, isStated: false }],
  ['', 200, { ok: true, policy: null, isStated: false }],
  ['{"object":"project.model_permissions","mode":null}', 200, { ok: true, policy: null, isStated: true }],
  ['{"mode":"deny_list","model_ids":[]}', 200, { ok: true, policy: { models: [] }, isStated: true }],
  ['{"error":{"message":"No model permissions."}}', 404, { ok: true, policy: null, isStated: false }],
  // Who has no such route, or stands in between, knows nothing of a policy.
  ['{"error":{"message":"Invalid URL (GET /v2/organization)"}}', 404, NO_ROUTE],
  ['{"error":{"message":"Unknown request URL: GET /x.","code":"unknown_url"}}', 404, NO_ROUTE],
  ['{"error":{}}', 404, NO_ROUTE],
  ['{"error":"Not Found"}', 404, NO_ROUTE],
  ['{"message":"no Route matched with those values"}', 404, NO_ROUTE],
  ['{"detail":"Not Found"}', 404, NO_ROUTE],
  ['<html>404', 404, NO_ROUTE],
  ['', 404, NO_ROUTE],
  ['null', 404, NO_ROUTE],
  ['{"mode":"allow_list","model_ids":["o3"]}', 200, { ok: true, policy: { mode: 'allow_list', models: ['o3'] } }],
])('a policy of %s (%i) is read for what it is', async (body, status, wanted) => {
  vi.stubGlobal('fetch', async () => new Response(body, { status }))
  expect(await readPolicy(upstreamOf(), 'proj_a')).toMatchObject(wanted)
})

it.each([
  ['{"error":{"message":"No model permissions."}}', true],
  ['<html>404', false],
])('a policy is taken away where OpenAI says that there is none: %s', async (body, ok) => {
  vi.stubGlobal('fetch', async () => new Response(body, { status: 404 }))
  expect((await writePolicy(upstreamOf(), 'proj_a', null)).ok).toBe(ok)
})

function upstreamOf(): Upstream {
  return {
    ...{ baseUrl: 'https://api.openai.com/v1', adminKey: new Secret('sk-admin-x'), projectIds: [] },
    ...{ signal: new AbortController().signal, budget: new Budget(9), now: () => 0 },
  }
}
