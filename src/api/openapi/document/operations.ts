import { toJsonSchema } from '@valibot/to-json-schema'
import type { Tier } from '../../../wire.ts'
import { Credentials } from '../../auth/session.ts'
import * as examples from './examples.ts'
import { act, jsonOf, type Operation, open, read, ref, sheet, tagged, view } from './operation.ts'
import * as parameters from './parameters.ts'

const HISTORY = ['history_needs_migration', 'history_unavailable']
const UPSTREAM = {
  429: ['upstream_rate_limited', 'upstream_quota'],
  502: [
    'upstream_refused',
    'upstream_missing_scope',
    'upstream_region_blocked',
    'upstream_ip_blocked',
    'upstream_error',
    'upstream_unexpected_status',
    'upstream_unreachable',
    'upstream_timeout',
    'upstream_malformed',
  ],
  503: ['not_configured', 'postponed'],
}
const RPC_MESSAGE = {
  type: 'object',
  properties: { jsonrpc: { const: '2.0' }, id: { type: ['string', 'integer', 'null'] } },
  required: ['jsonrpc'],
  additionalProperties: true,
}

/** Every route of routes.ts by its method and path; a test holds the two to the same set. */
export const OPERATIONS: Record<string, Operation> = {
  'GET /health': open({
    id: 'getHealth',
    summary: 'Whether the Worker runs',
    answer: {
      description: 'It runs.',
      content: jsonOf(
        {
          type: 'object',
          properties: {
            status: { const: 'ok' },
            timestamp: { type: 'integer', description: 'Unix milliseconds.' },
          },
          required: ['status', 'timestamp'],
        },
        { status: 'ok', timestamp: 1703001600250 },
      ),
    },
  }),
  'GET /ready': {
    id: 'getReady',
    summary: 'Whether the tracker sees',
    description: 'Blind: no success within three intervals.',
    tag: 'Probes',
    isPublic: true,
    answers: {
      200: { description: 'It sees.', content: jsonOf(statusIs('ready'), { status: 'ready' }) },
      503: { description: 'It is blind.', content: jsonOf(statusIs('blind'), { status: 'blind' }) },
    },
    problems: { 500: ['internal'] },
  },
  'GET /openapi.json': open({
    id: 'getOpenApi',
    summary: 'This document',
    tag: 'Other tools',
    answer: {
      description: 'OpenAPI 3.1.',
      content: jsonOf({
        type: 'object',
        properties: { openapi: { const: '3.1.1' } },
        required: ['openapi'],
        additionalProperties: true,
      }),
    },
  }),
  'GET /api/usage': tagged(
    read({
      id: 'getUsage',
      summary: 'Today by tier',
      description:
        'What is used, free, billed and left, where the day will end, and the models. Just after midnight UTC it is the new date, at zero.',
      answer: view('UsageView', examples.usage),
    }),
  ),
  'GET /api/headroom': read({
    id: 'getHeadroom',
    summary: 'What can be spent in a tier without paying',
    description: 'Less what OpenAI has not reported yet. Gates ask with `strict=1` and need not read the body.',
    parameters: parameters.HEADROOM,
    answer: view('HeadroomView', examples.headroom),
    problems: { 429: ['headroom_exhausted'], 503: ['headroom_unknown'] },
  }),
  'GET /api/forecast': tagged(
    read({
      id: 'getForecast',
      summary: 'Where the day of each tier will end',
      answer: view('ForecastView', examples.forecast),
    }),
  ),
  'GET /api/models': tagged(
    sheet(
      read({
        id: 'getModels',
        summary: 'A date by model, service tier and project',
        parameters: parameters.MODELS,
        answer: view('ModelsView', examples.models),
      }),
    ),
  ),
  'GET /api/breakdown': tagged(
    sheet(
      read({
        id: 'getBreakdown',
        summary: 'Who used what',
        description:
          'Rows add up to `total`, and that to the days. `date`, `days`, and `from` with `to` exclude each other.',
        parameters: parameters.BREAKDOWN,
        answer: view('BreakdownView', examples.breakdown),
        problems: { 503: HISTORY },
      }),
    ),
  ),
  'GET /api/breakdown/hours': read({
    id: 'getBreakdownHours',
    summary: 'When a row of the breakdown was used',
    description: 'The hours of one date, oldest first; hours without use are left out.',
    parameters: parameters.ROW_HOURS,
    answer: view('RowHoursView', examples.rowHours),
    problems: { 503: HISTORY },
  }),
  'GET /api/costs': tagged(
    sheet(
      read({
        id: 'getCosts',
        summary: 'What OpenAI charges',
        description: 'Where the key may not read costs, `state` is `unavailable`, and `message` says what is missing.',
        parameters: parameters.COSTS,
        answer: view('CostsView', examples.costs),
      }),
    ),
  ),
  'GET /api/history': tagged(
    sheet(
      read({
        id: 'getHistory',
        summary: 'Points of time, oldest first; or hours by model, newest first',
        description:
          'With `limit` or `offset`, and without `days`, `date` and `interval`, it is a page of hours by model.',
        parameters: parameters.HISTORY,
        answer: {
          description: 'Points, or a page.',
          content: jsonOf({ anyOf: [ref('HistoryView'), ref('HistoryPage')] }, examples.history),
        },
        problems: { 503: HISTORY },
      }),
    ),
  ),
  'GET /api/alerts': sheet(
    read({
      id: 'listAlerts',
      summary: 'Alerts, newest first',
      description: 'Thresholds only, where `kinds` does not ask for others.',
      parameters: parameters.ALERTS,
      answer: view('AlertsView', examples.alerts),
    }),
  ),
  'GET /api/status': read({
    id: 'getStatus',
    summary: 'How the tracker is',
    description:
      'Last and next poll, faults with what to do about them, what is owed, and settings that are wrong or look it.',
    answer: view('StatusView'),
  }),
  'GET /api/receivers': read({
    id: 'getReceivers',
    summary: 'Where alerts go',
    description: 'Never an address.',
    answer: view('ReceiversView', examples.receivers),
  }),
  'GET /api/brake': read({
    id: 'getBrake',
    summary: 'The brake: what is denied where, and since when',
    description: 'Where `BRAKE` is off it is said so. See docs/brake.md.',
    answer: view('BrakeView', examples.brake),
  }),
  'POST /api/brake/set': brakeAction('setBrake', 'Sets the brake until the reset'),
  'POST /api/brake/release': brakeAction('releaseBrake', 'Releases the brake, and keeps it off until the reset'),
  'POST /api/receivers/:id/test': act({
    id: 'testReceiver',
    summary: 'Sends a receiver a test message',
    description: 'Once in ten seconds each.',
    parameters: parameters.RECEIVER,
    answer: view('ReceiverTestView', examples.receiverTest),
    problems: { 404: ['unknown_receiver'], 429: ['too_many_tests'], 503: ['out_of_requests'] },
  }),
  'POST /api/poll': act({
    id: 'poll',
    summary: 'Asks OpenAI now',
    description: 'Just after another poll, the answer is that one’s, with `cached: true`.',
    answer: view('PollView', examples.poll),
    problems: UPSTREAM,
  }),
  'POST /api/reconcile': act({
    id: 'reconcile',
    summary: 'Reads a date anew',
    parameters: parameters.RECONCILE,
    answer: view('ReconcileView', examples.reconcile),
    problems: {
      400: ['bad_request', 'bad_date'],
      429: [...UPSTREAM[429], 'too_soon'],
      502: [...UPSTREAM[502], 'upstream_does_not_add_up', 'hours_do_not_add_up', 'hours_differ'],
      503: UPSTREAM[503],
    },
  }),
  'GET /api/session': open({
    id: 'getSession',
    summary: 'Whether the asker is signed in',
    tag: 'Session',
    answer: view('SessionView', examples.session),
    problems: { 503: ['tracker_unavailable', 'storage_failed'] },
  }),
  'POST /api/session': open({
    id: 'signIn',
    summary: 'Trades the token for a cookie of the dashboard',
    tag: 'Session',
    body: {
      description: 'The token.',
      schema: withoutDialect(toJsonSchema(Credentials, { target: 'draft-2020-12' })),
      example: { token: '<API_TOKEN>' },
    },
    answer: { ...view('SessionView', examples.session), headers: { 'set-cookie': 'The session.' } },
    problems: {
      400: ['bad_request'],
      401: ['unauthorized'],
      403: ['cross_site'],
      409: ['session_not_used'],
      413: ['body_too_large'],
      429: ['too_many_tries'],
      503: ['auth_not_configured'],
    },
  }),
  'DELETE /api/session': open({
    id: 'signOut',
    summary: 'Ends the session of the cookie',
    tag: 'Session',
    answer: { ...view('SessionView'), headers: { 'set-cookie': 'None any more.' } },
    problems: { 403: ['cross_site'], 503: ['tracker_unavailable', 'storage_failed'] },
  }),
  'GET /api/live': {
    id: 'openLive',
    summary: 'The WebSocket',
    description:
      'Frames from the server are of the schema `LiveFrame`, with a rising `seq`: `snapshot` first, then what changes. The text frame `ping` gets `pong`; other frames, and those over 1 KiB, are refused by close 1008. A browser that may not is let in and closed at once with the code 4401, 4403 or 4503, because it could not read a status.',
    tag: 'Reads',
    answers: { 101: { description: 'Switching to WebSocket.' } },
    problems: {
      401: ['unauthorized'],
      403: ['origin_not_allowed'],
      426: ['upgrade_required'],
      500: ['internal'],
      503: ['auth_not_configured', 'access_certs_unavailable', 'tracker_unavailable', 'storage_failed'],
    },
  },
  'GET /metrics': read({
    id: 'getMetrics',
    summary: 'Everything as metrics',
    description: 'The text format of Prometheus, 0.0.4. What is not measured is left out.',
    tag: 'Other tools',
    answer: { description: 'Metrics.', content: { 'text/plain': { schema: { type: 'string' } } } },
  }),
  'GET /badge/premium.svg': badge('premium', 'svg'),
  'GET /badge/premium.json': badge('premium', 'json'),
  'GET /badge/mini.svg': badge('mini', 'svg'),
  'GET /badge/mini.json': badge('mini', 'json'),
  'POST /mcp': {
    ...act({
      id: 'mcp',
      summary: 'The Model Context Protocol',
      description:
        'Streamable HTTP without sessions, revision 2026-07-28 and those of 2025: read-only tools with the numbers of the routes here. See integrations/mcp.',
      tag: 'Other tools',
      body: {
        description: 'A JSON-RPC message of at most 64 KiB.',
        schema: RPC_MESSAGE,
        example: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      },
      answer: { description: 'A JSON-RPC answer.', content: jsonOf(RPC_MESSAGE) },
    }),
    answers: {
      200: { description: 'A JSON-RPC answer.', content: jsonOf(RPC_MESSAGE) },
      202: { description: 'A notification was taken.' },
      ...Object.fromEntries(
        [
          [400, 'No JSON-RPC message, or of no revision that is known.'],
          [404, 'An unknown method.'],
          [406, 'The client must accept application/json and text/event-stream.'],
          [413, 'The message has more than 64 KiB.'],
          [415, 'The body must be application/json.'],
        ].map(([status, description]) => [status, { description, content: jsonOf(RPC_MESSAGE) }]),
      ),
    },
  },
}

function brakeAction(id: string, summary: string): Operation {
  return act({
    id,
    summary,
    description: 'The answer waits a little for OpenAI; what is not done by then goes on by itself.',
    parameters: parameters.BRAKE,
    answer: view('BrakeActionView', { success: true, ...examples.brake }),
    problems: { 400: ['bad_request'], 409: ['brake_off'] },
  })
}

/** Public where BADGE is `public`, else not there. */
function badge(tier: Tier, kind: 'svg' | 'json'): Operation {
  const shields = {
    type: 'object',
    properties: {
      schemaVersion: { const: 1 },
      label: { type: 'string' },
      message: { type: 'string' },
      color: { type: 'string' },
      isError: { type: 'boolean' },
      cacheSeconds: { type: 'integer' },
    },
    required: ['schemaVersion', 'label', 'message', 'color', 'cacheSeconds'],
  }
  return open({
    id: `get${tier === 'premium' ? 'Premium' : 'Mini'}Badge${kind === 'svg' ? 'Svg' : 'Json'}`,
    summary: `How much of the ${tier} limit is used, as a badge`,
    description: 'Where `BADGE` is not `public`, there is no such address.',
    tag: 'Other tools',
    answer: {
      description: kind === 'svg' ? 'A picture.' : 'For the endpoint badge of Shields.',
      content: kind === 'svg' ? { 'image/svg+xml': { schema: { type: 'string' } } } : jsonOf(shields),
    },
    problems: { 404: ['not_found'] },
  })
}

function statusIs(word: string): object {
  return { type: 'object', properties: { status: { const: word } }, required: ['status'] }
}

function withoutDialect({ $schema: _, ...schema }: object & { $schema?: unknown }): object {
  return schema
}
