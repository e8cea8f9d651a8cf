import type { ChannelKind } from '../../../src/wire.ts'
import { DOCUMENTED } from './documentedLimits.ts'

// The services as their documents describe them, for the tests that need somebody to answer. Nothing here looks at how the
// tracker sends: what is asked in another way than documented gets the error that is documented for it.

export interface Asked {
  url: URL
  headers: Headers
  body: string
}

/** `limited`: too many messages came. `gone`: the address is not valid any more. `moved`: it redirects. */
export type State = 'well' | 'limited' | 'gone' | 'moved'

interface Service {
  /** What is wrong with the way in which it was asked; null: nothing. */
  refuses(asked: Asked): Response | null
  takes(asked: Asked): Response
  malformed: () => Response
  limited: () => Response
  gone: () => Response
}

const text = (status: number, body: string, headers = {}) => new Response(body, { status, headers })
const json = (status: number, body: unknown, headers = {}) => Response.json(body, { status, headers })
const nothing = () => null
const fieldOf = (body: string, name: string): unknown => (JSON.parse(body) as Record<string, unknown>)[name]

const SERVICES: Record<Exclude<ChannelKind, 'email'>, Service> = {
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks (handling errors), .../apis/web-api/rate-limits
  slack: {
    refuses: nothing,
    takes: () => text(200, 'ok'),
    malformed: () => text(400, 'invalid_payload'),
    limited: () => text(429, 'rate_limited', { 'retry-after': '30' }),
    gone: () => text(404, 'no_service'),
  },
  // https://discord.com/developers/docs/resources/webhook#execute-webhook, .../topics/rate-limits
  discord: {
    refuses: nothing,
    takes: ({ url }) =>
      url.searchParams.get('wait') === 'true' ? json(200, { id: '1', type: 0 }) : new Response(null, { status: 204 }),
    malformed: () => json(400, { message: 'Cannot send an empty message', code: 50006 }),
    limited: () =>
      json(
        429,
        { message: 'You are being rate limited.', retry_after: 64.57, global: false },
        { 'retry-after': '65', 'x-ratelimit-reset-after': '64.57', 'x-ratelimit-scope': 'user' },
      ),
    gone: () => json(404, { message: 'Unknown Webhook', code: 10015 }),
  },
  // https://learn.microsoft.com/connectors/teams/: the trigger of a flow answers before the flow has run
  teams: {
    refuses: ({ url }) =>
      url.searchParams.has('sig') ? null : json(401, { error: { code: 'DirectApiAuthorizationRequired' } }),
    takes: () => text(202, ''),
    malformed: () => json(400, { error: { code: 'TriggerInputSchemaMismatch' } }),
    limited: () => json(429, { error: { code: 'WorkflowTriggerThrottled' } }, { 'retry-after': '12' }),
    gone: () => json(404, { error: { code: 'WorkflowNotFound' } }),
  },
  // https://developers.google.com/workspace/chat/quickstart/webhooks; a 429 may come without Retry-After
  googlechat: {
    refuses: nothing,
    takes: () => json(200, { name: 'spaces/A/messages/B', thread: { name: 'spaces/A/threads/C' } }),
    malformed: () => json(400, { error: { code: 400, status: 'INVALID_ARGUMENT' } }),
    limited: () => json(429, { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }),
    gone: () => json(404, { error: { code: 404, status: 'NOT_FOUND' } }),
  },
  // https://core.telegram.org/bots/api#making-requests, #responseparameters
  telegram: {
    refuses: ({ url, body }) =>
      /\/bot\d+:[\w-]+\/sendMessage$/.test(url.pathname) && fieldOf(body, 'chat_id') !== null
        ? null
        : json(404, { ok: false, error_code: 404, description: 'Not Found' }),
    takes: () => json(200, { ok: true, result: { message_id: 1 } }),
    malformed: () => json(400, { ok: false, error_code: 400, description: "Bad Request: can't parse entities" }),
    limited: () =>
      json(429, {
        ...{ ok: false, error_code: 429, description: 'Too Many Requests: retry after 14' },
        parameters: { retry_after: 14 },
      }),
    gone: () => json(403, { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' }),
  },
  // https://docs.ntfy.sh/publish/#publish-as-json: to the root; a topic shows JSON as it stands
  ntfy: {
    refuses: ({ url }) => (url.pathname.endsWith('/') ? null : json(200, { event: 'message', message: 'raw JSON' })),
    takes: ({ body }) => json(200, { id: 'x', event: 'message', topic: fieldOf(body, 'topic') }),
    malformed: () => json(400, { code: 40024, http: 400, error: 'invalid request: request body must be valid JSON' }),
    limited: () => json(429, { code: 42901, http: 429, error: 'limit reached: too many requests' }),
    gone: () => json(403, { code: 40301, http: 403, error: 'forbidden' }),
  },
  // https://gotify.net/api-docs#/message/createMessage
  gotify: {
    refuses: ({ url }) => (url.searchParams.get('token')?.startsWith('A') ? null : SERVICES.gotify.gone()),
    takes: () => json(200, { id: 1, appid: 1 }),
    malformed: () =>
      json(400, { error: 'Bad Request', errorCode: 400, errorDescription: "Field 'message' is required" }),
    limited: () => text(429, ''),
    gone: () => json(401, { error: 'Unauthorized', errorCode: 401 }),
  },
  // https://developers.mattermost.com/integrate/webhooks/incoming/
  mattermost: {
    refuses: ({ body }) => ('type' in JSON.parse(body) ? json(500, { id: 'api.post.create_post.app_error' }) : null),
    takes: () => text(200, 'ok'),
    malformed: () => json(400, { id: 'web.incoming_webhook.text.app_error', message: 'No text specified.' }),
    limited: () => text(429, 'limit exceeded', { 'x-ratelimit-reset': '1' }),
    gone: () => json(404, { id: 'web.incoming_webhook.invalid.app_error' }),
  },
  // https://developer.pagerduty.com/docs/events-api-v2-overview (response codes): 202, 400, 429; retry 5xx
  pagerduty: {
    refuses: ({ url }) => (url.pathname.endsWith('/v2/enqueue') ? null : text(404, '')),
    takes: ({ body }) =>
      json(202, { status: 'success', message: 'Event processed', dedup_key: fieldOf(body, 'dedup_key') }),
    malformed: () => json(400, { status: 'invalid event', message: 'Event object is invalid', errors: [] }),
    limited: () => json(429, { status: 'throttle exceeded' }),
    gone: () => json(400, { status: 'invalid event', errors: ["'routing_key' is invalid"] }),
  },
  // https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
  alertmanager: {
    refuses: ({ url }) => (url.pathname.endsWith('/api/v2/alerts') ? null : text(404, '404 page not found')),
    takes: () => text(200, ''),
    malformed: () => json(400, 'start time must be before end time'),
    limited: () => text(429, ''),
    gone: () => text(404, '404 page not found'),
  },
  // https://github.com/standard-webhooks/standard-webhooks: 2xx alone is success, 410 disables
  generic: {
    refuses: ({ headers }) => (headers.has('webhook-id') ? null : text(400, 'no webhook-id')),
    takes: () => new Response(null, { status: 204 }),
    malformed: () => text(400, 'malformed'),
    limited: () => text(429, '', { 'retry-after': '20' }),
    gone: () => text(410, 'gone'),
  },
}

export const STAND_INS = Object.keys(SERVICES) as (keyof typeof SERVICES)[]

export function standIn(kind: keyof typeof SERVICES, asked: Asked, state: State): Response {
  const service = SERVICES[kind]
  if (state === 'moved') return new Response(null, { status: 302, headers: { location: 'https://elsewhere.example/' } })
  if (state !== 'well') return service[state]()
  const isJson = asked.headers.get('content-type')?.startsWith('application/json') === true
  if (!isJson || DOCUMENTED[kind](JSON.parse(asked.body)).length > 0) return service.malformed()
  return service.refuses(asked) ?? service.takes(asked)
}
