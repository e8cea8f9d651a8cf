import { toJsonSchemaDefs } from '@valibot/to-json-schema'
import { ANSWERS } from '../answers/answers.ts'
import type { Answer, Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'
import { webhooks } from './webhooks.ts'

/** What wire.ts says of its types and their fields: `UsageView`, `UsageView.stale`. */
export type Words = ReadonlyMap<string, string>

const VERSION = '3.1.1'

const TAGS: Record<Operation['tag'], string> = {
  Reads: 'Answered from the object’s memory, and from D1 for dates that are over.',
  Acts: 'What changes something, or asks somebody.',
  Session: 'The dashboard’s sign-in.',
  Probes: 'For monitors; public.',
  'Other tools': 'For programs that speak another protocol.',
}

const WHAT_A_STATUS_MEANS: Record<number, string> = {
  400: 'A parameter or the body is wrong; `detail` names the value.',
  401: 'Not signed in, or with a wrong token.',
  403: 'A page of another origin may not do this.',
  404: 'There is no such thing.',
  409: 'Not in this mode.',
  413: 'The body is too large.',
  426: 'This address speaks WebSocket only.',
  429: 'Not now; `Retry-After` says when, where that is known.',
  500: 'A fault of the tracker’s own; its log has it under the id in `detail`.',
  502: 'OpenAI did not do what was asked.',
  503: 'Not able to at the moment; `detail` says why.',
}

const DESCRIPTION = `How much of today's OpenAI token limit is gone, what was free and what is billed.

Dates are UTC \`YYYY-MM-DD\`; \`timestamp\` and \`*_at\` are Unix seconds. Fields may be added to any answer; none is removed or renamed. HEAD is
answered as GET without the body, other methods by 405 with \`Allow\`, unknown addresses by 404. Errors are \`application/problem+json\` (RFC 9457)
with a stable \`code\`. A parameter that a route knows may be given once; others are left alone.`

/** OpenAPI 3.1 of all that the Worker serves. `version` is the tracker's. */
export function makeDocument(words: Words, version: string): object {
  return {
    openapi: VERSION,
    info: {
      title: 'OpenAI usage tracker',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }, { access: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: paths(),
    webhooks: webhooks(),
    components: { schemas: schemas(words), securitySchemes: SECURITY },
  }
}

const SECURITY = {
  bearer: { type: 'http', scheme: 'bearer', description: 'API_TOKEN, in AUTH_MODE token.' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-usage_session',
    description: 'The dashboard’s cookie, in AUTH_MODE token; by plain http its name is usage_session.',
  },
  access: {
    type: 'apiKey',
    in: 'header',
    name: 'cf-access-jwt-assertion',
    description: 'Set by Cloudflare Access, in AUTH_MODE access. In AUTH_MODE open nothing is asked for.',
  },
}

function paths(): object {
  const made: Record<string, Record<string, object>> = {}
  for (const [line, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = line.split(' ')
    const template = path.replace(/:(\w+)/g, '{$1}')
    made[template] = { ...made[template], [method.toLowerCase()]: operationOf(operation, method) }
  }
  return made
}

function operationOf(operation: Operation, method: string): object {
  const { id, summary, description, tag, isPublic, parameters, body } = operation
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    ...(isPublic && { security: [] }),
    ...(parameters !== undefined && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        description: body.description,
        required: true,
        content: { 'application/json': { schema: body.schema, example: body.example } },
      },
    }),
    responses: responsesOf(operation, method),
  }
}

function responsesOf({ answers, problems }: Operation, method: string): object {
  const responses: Record<string, object> = {}
  for (const [status, answer] of Object.entries(answers)) responses[status] = answerOf(answer)
  for (const [status, codes] of Object.entries(problems)) {
    const answer = answers[Number(status)]
    responses[status] = withProblem(answer, { status: Number(status), codes, method })
  }
  return responses
}

function answerOf({ description, content, headers }: Answer): object {
  return {
    description,
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, of]) => [name, { description: of, schema: { type: 'string' } }]),
      ),
    }),
    ...(content !== undefined && { content }),
  }
}

interface ProblemOf {
  status: number
  codes: readonly string[]
  method: string
}

/** A status can be an answer of another kind as well. */
function withProblem(answer: Answer | undefined, { status, codes, method }: ProblemOf): object {
  const said = WHAT_A_STATUS_MEANS[status] ?? 'A problem.'
  const twice = method === 'POST' ? { required: ['success', 'error'] } : {}
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { status: { const: status }, code: { enum: codes } },
    ...twice,
  }
  const headers = headersOf(status)
  return {
    description: answer === undefined ? said : `${answer.description} Or: ${said}`,
    ...(headers !== null && { headers }),
    content: { ...answer?.content, 'application/problem+json': { schema } },
  }
}

function headersOf(status: number): object | null {
  if (status === 401) return { 'www-authenticate': { description: 'Bearer.', schema: { type: 'string' } } }
  if (status !== 429 && status !== 503) return null
  return { 'retry-after': { description: 'Seconds, where that is known.', schema: { type: 'integer', minimum: 1 } } }
}

function schemas(words: Words): Record<string, object> {
  const made = toJsonSchemaDefs(ANSWERS, {
    target: 'draft-2020-12',
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  })
  return Object.fromEntries(
    Object.entries(made)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, schema]) => [name, described(name, schema, words)]),
  )
}

function described(name: string, schema: object & { properties?: unknown }, words: Words): object {
  const description = words.get(name)
  const properties = Object.entries((schema.properties ?? {}) as Record<string, object>).map(([field, of]) => {
    const said = words.get(`${name}.${field}`)
    return [field, said === undefined ? of : { ...of, description: said }] as const
  })
  return {
    ...(description !== undefined && { description }),
    ...schema,
    ...(schema.properties !== undefined && { properties: Object.fromEntries(properties) }),
  }
}
