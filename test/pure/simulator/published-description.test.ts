import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, COMPLETIONS, DAY, NOW, type Question, TODAY } from './ask.ts'

// Kept beside the repository, not in it: the description is OpenAI's.
const file = new URL('../../../../shared/data/openai-usage.openapi.json', import.meta.url)

/** A project with keys of users and of a service account. */
const SEARCH = '/organization/projects/proj_b7UcR2hXgPq9JyNs4ZtMfEw1'

describe.skipIf(!existsSync(file))('the published description', () => {
  let simulator: Simulator
  let description: { paths: Record<string, { get: { parameters: { name: string; in: string }[] } }> }
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const problemsOf = (schema: string, value: unknown) => {
    const validate = ajv.getSchema(`openai#/components/schemas/${schema}`)
    return validate?.(value) === true ? [] : (validate?.errors ?? ['no such schema'])
  }

  beforeAll(async () => {
    description = JSON.parse(readFileSync(file, 'utf8'))
    ajv.addSchema(description, 'openai')
    simulator = await startSimulator({ seed: 3, now: () => NOW })
  })
  afterAll(() => simulator.close())

  it('is one that refuses a wrong page', () => {
    const row = { object: 'organization.usage.completions.result', input_tokens: '1' }
    const bucket = { object: 'bucket', start_time: 1, end_time: 2, results: [row] }
    expect(
      problemsOf('UsageResponse', { object: 'page', data: [bucket], has_more: false, next_page: null }),
    ).not.toEqual([])
  })

  it.each<[string, string, Question]>([
    ['UsageResponse', COMPLETIONS, { start_time: TODAY - 20 * DAY, limit: 31 }],
    [
      'UsageResponse',
      COMPLETIONS,
      { start_time: TODAY, bucket_width: '1m', group_by: ['model', 'batch', 'service_tier'] },
    ],
    [
      'UsageResponse',
      COMPLETIONS,
      { start_time: TODAY, bucket_width: '1h', group_by: ['project_id', 'user_id', 'api_key_id'] },
    ],
    ['UsageResponse', '/organization/costs', { start_time: TODAY - 5 * DAY }],
    [
      'UsageResponse',
      '/organization/costs',
      { start_time: TODAY - 5 * DAY, group_by: ['project_id', 'line_item', 'api_key_id'] },
    ],
    ['ProjectListResponse', '/organization/projects', { include_archived: true }],
    ['UserListResponse', '/organization/users', {}],
    ['ProjectApiKeyListResponse', `${SEARCH}/api_keys`, { owner_project_access: 'any' }],
    ['ProjectServiceAccountListResponse', `${SEARCH}/service_accounts`, {}],
    ['ProjectModelPermissions', `${SEARCH}/model_permissions`, {}],
    ['ErrorResponse', COMPLETIONS, {}],
    ['ErrorResponse', COMPLETIONS, { start_time: TODAY, limit: 32 }],
    ['ErrorResponse', '/organization/nothing', {}],
    ['ErrorResponse', '/organization/projects/proj_nobody/api_keys', {}],
  ])('holds for the %s of %s %j', async (schema, path, question) => {
    expect(problemsOf(schema, await (await ask(simulator, path, question)).json())).toEqual([])
  })

  it.each([
    '/organization/usage/completions',
    '/organization/costs',
    '/organization/projects',
    '/organization/users',
    '/organization/projects/{project_id}/api_keys',
    '/organization/projects/{project_id}/service_accounts',
  ])('has no parameter that %s does not know', async path => {
    const known = description.paths[path]?.get.parameters.filter(parameter => parameter.in === 'query') ?? []
    expect(known.length).toBeGreaterThan(1)
    for (const { name } of known) {
      const answer = await ask(simulator, path.replace('{project_id}', 'proj_sim'), { [name]: 'nonsense' })
      expect([name, JSON.stringify(await answer.json())]).not.toEqual([
        name,
        expect.stringContaining('Unknown parameter'),
      ])
    }
  })

  it('holds for the envelopes of faults, except where the fault is the envelope', async () => {
    for (const fault of ['401', '401-generic', '403', '404', '429', '429-no-retry-after', '500', '503']) {
      simulator.fault(fault, { count: 1 })
      const answer = await ask(simulator, COMPLETIONS, { start_time: TODAY })
      expect([fault, answer.status, problemsOf('ErrorResponse', await answer.json())]).toEqual([
        fault,
        Number.parseInt(fault, 10),
        [],
      ])
    }
  })
})
