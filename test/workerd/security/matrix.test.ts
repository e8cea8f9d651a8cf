import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { issueSession, SESSION_SECONDS } from '../../../src/api/auth/sessionToken.ts'
import { ROUTES } from '../../../src/api/routes.ts'
import type { Vars } from '../../../src/config/readConfig.ts'
import { Secret } from '../../../src/secret.ts'
import type { SessionView } from '../../../src/wire.ts'
import { fuzzTimeout, isLongRun } from '../../pure/fuzz/fuzzed.ts'
import { ACCESS, AccessTeam, assertion } from '../api/accessTeam.ts'
import { API_TOKEN, api, bearer, ORIGIN, TOKEN_MODE } from '../api/callApi.ts'

// Who may do what: every route in every mode, with every credential, from every sender. The expectation is a rule for
// each kind of route, told here a second time and not taken from the source.

const LISTED = 'https://team.example'
const EVIL = 'https://evil.example'

type Mode = 'token' | 'access' | 'open' | 'locked'

const MODES: [Mode, string, Vars][] = [
  ['token', 'AUTH_MODE=token', TOKEN_MODE],
  ['token', 'no AUTH_MODE, a token', { API_TOKEN }],
  ['access', 'AUTH_MODE=access', { ...ACCESS, API_TOKEN }],
  ['open', 'AUTH_MODE=open', { AUTH_MODE: 'open', API_TOKEN }],
  ['locked', 'nothing set', {}],
  ['locked', 'no token', { AUTH_MODE: 'token', ACCESS_TEAM_DOMAIN: 'team.example', ACCESS_AUD: 'aud' }],
  ['locked', 'a short token', { AUTH_MODE: 'token', API_TOKEN: API_TOKEN.slice(0, 31) }],
  ['locked', 'access without an audience', { ...ACCESS, ACCESS_AUD: ' ', API_TOKEN }],
  ['locked', 'access without a team', { AUTH_MODE: 'access', ACCESS_AUD: 'aud', API_TOKEN }],
  ['locked', 'access with half a team', { ...ACCESS, ACCESS_TEAM_DOMAIN: 'team', API_TOKEN }],
  ['locked', 'an unknown mode', { AUTH_MODE: 'none', API_TOKEN }],
  ['locked', 'a mode in capitals', { AUTH_MODE: 'OPEN', API_TOKEN }],
]

type Kind = 'public' | 'badge' | 'read' | 'act' | 'view session' | 'sign in' | 'sign out' | 'socket'

/** What a route must be asked with. */
const QUERIES: Record<string, string> = { 'GET /api/headroom': '?tier=mini', 'GET /api/breakdown/hours': '?id=gpt-4o' }
const BODIES: Record<string, object> = {
  'POST /api/session': { token: API_TOKEN },
  'POST /mcp': { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_usage' } },
}
const HEADERS: Record<string, Record<string, string>> = {
  'POST /mcp': { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
}

/** A route that is not here, or not any more in the source, fails the suite. */
const KINDS: Record<string, Kind> = {
  'GET /health': 'public',
  'GET /ready': 'public',
  'GET /openapi.json': 'public',
  'GET /api/usage': 'read',
  'GET /api/history': 'read',
  'GET /api/models': 'read',
  'GET /api/breakdown': 'read',
  'GET /api/breakdown/hours': 'read',
  'GET /api/costs': 'read',
  'GET /api/alerts': 'read',
  'GET /api/forecast': 'read',
  'GET /api/headroom': 'read',
  'GET /api/status': 'read',
  'GET /api/receivers': 'read',
  'POST /api/receivers/:id/test': 'act',
  'GET /api/brake': 'read',
  'POST /api/brake/set': 'act',
  'POST /api/brake/release': 'act',
  'POST /api/poll': 'act',
  'POST /api/reconcile': 'act',
  'GET /metrics': 'read',
  'GET /badge/premium.svg': 'badge',
  'GET /badge/premium.json': 'badge',
  'GET /badge/mini.svg': 'badge',
  'GET /badge/mini.json': 'badge',
  'POST /mcp': 'act',
  'GET /api/session': 'view session',
  'POST /api/session': 'sign in',
  'DELETE /api/session': 'sign out',
  'GET /api/live': 'socket',
}

type Credential = { headers: Record<string, string>; opens: Mode[]; as?: 'bearer' | 'cookie' | 'access' }
type Sender = { headers: Record<string, string>; isForeign: boolean; isListed?: true }

/** Each of these with each of those; what is not among them, with the plainest of the others, and in the long mode with all. */
const MAIN_SENDERS = [
  'a program',
  'the page',
  'the page behind a proxy',
  'a listed page',
  'another page',
  'another page without an origin',
]
const MAIN_CREDENTIALS = [
  'nothing',
  'the token',
  'a wrong token',
  'a session',
  'an expired session',
  'an Access token',
  'an expired Access token',
]

const LOCKED_OUT = ['nothing', 'the token', 'a session', 'an Access token']

function areMet(credential: string, sender: string, mode: Mode): boolean {
  const mainCredential = MAIN_CREDENTIALS.includes(credential)
  const mainSender = MAIN_SENDERS.includes(sender)
  if (isLongRun()) return true
  // Nobody is let in: what could be taken for a right credential, from inside and outside.
  if (mode === 'locked')
    return LOCKED_OUT.includes(credential) && ['a program', 'the page', 'another page'].includes(sender)
  if (mainCredential && mainSender) return true
  return mainCredential ? credentials[credential]?.opens.includes(mode) === true : sender === 'the page'
}

const SENDERS: Record<string, Sender> = {
  'a program': { headers: {}, isForeign: false },
  'an address bar': { headers: { 'sec-fetch-site': 'none' }, isForeign: false },
  'the page': { headers: { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, isForeign: false },
  'the page in an old browser': { headers: { origin: ORIGIN }, isForeign: false },
  // A proxy that rewrites Host: only the browser knows what is of one origin.
  'the page behind a proxy': {
    headers: { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-origin' },
    isForeign: false,
  },
  'a listed page': { headers: { origin: LISTED, 'sec-fetch-site': 'cross-site' }, isForeign: true, isListed: true },
  'another page': { headers: { origin: EVIL, 'sec-fetch-site': 'cross-site' }, isForeign: true },
  'another page in an old browser': { headers: { origin: EVIL }, isForeign: true },
  'another page without an origin': { headers: { 'sec-fetch-site': 'cross-site' }, isForeign: true },
  'a neighbour': { headers: { origin: 'https://x.tracker.example', 'sec-fetch-site': 'same-site' }, isForeign: true },
  'a sandboxed frame': { headers: { origin: 'null' }, isForeign: true },
  'the page by http': { headers: { origin: ORIGIN.replace('https', 'http') }, isForeign: true },
  'a longer name': { headers: { origin: `${ORIGIN}.evil.example` }, isForeign: true },
}

let team: AccessTeam
let credentials: Record<string, Credential>

beforeAll(async () => {
  team = await AccessTeam.make()
  const token = new Secret(API_TOKEN)
  const now = Math.floor(Date.now() / 1000)
  const cookieOf = async (of: Secret, at: number, name = '__Host-usage_session') => ({
    cookie: `${name}=${(await issueSession(of, at)).value}`,
  })
  const good = await cookieOf(token, now)
  const other = new Secret(API_TOKEN.toUpperCase())
  const all: Record<string, Credential> = {
    nothing: { headers: {}, opens: [] },
    'the token': { headers: bearer(), opens: ['token'], as: 'bearer' },
    'a wrong token': { headers: bearer('wrong'), opens: [] },
    'a longer token': { headers: bearer(`${API_TOKEN}0`), opens: [] },
    'the token in capitals': { headers: bearer(API_TOKEN.toUpperCase()), opens: [] },
    'the token by Basic': { headers: { authorization: `Basic ${btoa(`:${API_TOKEN}`)}` }, opens: [] },
    'the token as a cookie': { headers: { cookie: `__Host-usage_session=${API_TOKEN}` }, opens: [] },
    'a session': { headers: good, opens: ['token'], as: 'cookie' },
    'a session behind other cookies': { headers: { cookie: `a=b; ${good.cookie}` }, opens: ['token'], as: 'cookie' },
    'a session and a wrong token': { headers: { ...good, ...bearer('wrong') }, opens: [] },
    'an expired session': { headers: await cookieOf(token, now - SESSION_SECONDS - 1), opens: [] },
    'a session of a rotated token': { headers: await cookieOf(other, now), opens: [] },
    'a session under the name of http': { headers: await cookieOf(token, now, 'usage_session'), opens: [] },
    'an Access token': { headers: assertion(await team.jwt()), opens: ['access'], as: 'access' },
    'an expired Access token': { headers: assertion(await team.jwt({ expires: -10 })), opens: [] },
    'an Access token for another': { headers: assertion(await team.jwt({ audience: 'another' })), opens: [] },
    'an Access token as a bearer': { headers: bearer(await team.jwt()), opens: [] },
    'an Access token as a cookie': { headers: { cookie: `CF_Authorization=${await team.jwt()}` }, opens: [] },
    'an Access header with a word': { headers: assertion('yes'), opens: [] },
  }
  credentials = all
})

beforeEach(() => void team.answers())

type Case = { kind: Kind; mode: Mode; credential: Credential; sender: Sender }
const isLetIn = ({ mode, credential }: Case) => mode === 'open' || credential.opens.includes(mode)
const isForgery = ({ sender }: Case) => sender.isForeign && sender.isListed !== true
/** No browser adds a token by itself, so in the mode that knows tokens it is judged by it alone, whoever sends it. */
const carriesToken = ({ mode, credential }: Case) => mode === 'token' && 'authorization' in credential.headers
const statusOf = (given: Case) => (given.mode === 'locked' ? 503 : isLetIn(given) ? 200 : 401)

const EXPECTED: Record<Kind, (given: Case) => number> = {
  public: () => 200,
  // Not there unless BADGE says so, whoever asks.
  badge: () => 404,
  read: statusOf,
  // What a foreign page may not do is refused before anybody looks at whom its visitor is signed in as.
  act: given => (isForgery(given) && !carriesToken(given) ? 403 : statusOf(given)),
  'view session': () => 200,
  // The body holds the token; who signs in is nobody yet.
  'sign in': ({ mode, sender }) => (sender.isForeign ? 403 : { token: 200, access: 409, open: 409, locked: 503 }[mode]),
  'sign out': given => (isForgery(given) && !(carriesToken(given) && isLetIn(given)) ? 403 : 200),
  // Without an upgrade.
  socket: given => (statusOf(given) === 200 ? 426 : statusOf(given)),
}

/** The close code, the status of a refusal, or 101: who has no Origin can read a status, a page cannot. */
function expectedOfUpgrade(given: Case): number {
  const { origin = null } = given.sender.headers
  const fits = origin === ORIGIN || origin === LISTED || given.sender.headers['sec-fetch-site'] === 'same-origin'
  if (given.mode === 'locked') return origin === null ? 503 : 4503
  if (!isLetIn(given)) return origin === null ? 401 : fits || origin === null ? 4401 : 4403
  if (given.mode !== 'open' && given.credential.as === 'bearer') return 101
  // A cookie comes by itself, so it needs the Origin that only a browser sends; Access and open mode do without.
  if (origin === null) return given.credential.as === 'cookie' && given.mode !== 'open' ? 403 : 101
  return fits ? 101 : 4403
}

async function outcomeOfUpgrade(response: Response, wasAsked: boolean): Promise<number> {
  const socket = response.webSocket
  if (socket === null) return response.status
  const closed = new Promise<number>(resolve => socket.addEventListener('close', ({ code }) => resolve(code)))
  socket.accept()
  if (!wasAsked) return closed
  socket.close()
  return 101
}

/** Calls each route so that everything but the matter at hand is right, and tells what differs from the rule. */
async function surprisesOf(mode: Mode, vars: Vars, name: string, credential: Credential): Promise<string[]> {
  // The end of a session is another story, told in session.test.ts; here it goes on.
  const of = api({ vars: { ...vars, CORS_ORIGINS: LISTED }, tracker: { endSession: async () => {} } })
  const surprises: string[] = []
  let client = 0
  for (const [from, sender] of Object.entries(SENDERS).filter(([from]) => areMet(name, from, mode))) {
    // Guesses are counted by client; this is not about them.
    const headers = () => ({ ...credential.headers, ...sender.headers, 'cf-connecting-ip': `10.0.0.${client++}` })
    const differs = (line: string, got: unknown, wanted: unknown) => {
      if (got !== wanted) surprises.push(`${line} with ${name} from ${from}: ${got}, not ${wanted}`)
    }
    for (const [line, kind] of Object.entries(KINDS)) {
      const given = { kind, mode, credential, sender }
      const wanted = EXPECTED[kind](given)
      of.asked.length = 0
      const body = line in BODIES ? JSON.stringify(BODIES[line]) : null
      const response = await of.call(`${line}${QUERIES[line] ?? ''}`, { ...headers(), ...HEADERS[line] }, body)
      differs(line, response.status, wanted)
      const questions = of.asked.filter(
        question => !['watch', 'ready', 'endedSessions', 'endSession'].includes(question),
      )
      const isData = kind === 'read' || kind === 'act'
      differs(`${line}, questions to the object`, questions.length, isData && wanted === 200 ? 1 : 0)
      differs(`${line}, cookies set`, response.headers.has('set-cookie'), isSetting(kind) && wanted === 200)
      const readableBy = response.headers.get('access-control-allow-origin')
      differs(`${line}, CORS`, readableBy, sender.isListed ? LISTED : null)
      if (kind === 'view session') {
        differs(`${line}, in`, (await response.json<SessionView>()).authenticated, isLetIn(given))
      }
      if (name === 'nothing' && line.startsWith('GET'))
        differs(
          `HEAD ${line}`,
          (await of.call(`${line.replace('GET', 'HEAD')}${QUERIES[line] ?? ''}`, headers())).status,
          wanted,
        )
    }
    of.asked.length = 0
    const upgrade = await of.call('GET /api/live', { ...headers(), upgrade: 'websocket' })
    const wanted = expectedOfUpgrade({ kind: 'socket', mode, credential, sender })
    differs('the socket', await outcomeOfUpgrade(upgrade, of.asked.includes('fetch')), wanted)
  }
  return surprises
}

const isSetting = (kind: Kind) => kind === 'sign in' || kind === 'sign out'

describe('the matrix', () => {
  it('holds every route that there is, and no other', () => {
    const lines = Object.entries(ROUTES).flatMap(([path, byMethod]) =>
      Object.keys(byMethod).map(method => `${method} ${path}`),
    )
    expect(Object.keys(KINDS).sort()).toEqual(lines.sort())
  })

  it.each(MODES)(
    '%s mode (%s): every route does what the rule says, with every credential, from every sender',
    async (mode, _, vars) => {
      const surprises: string[] = []
      for (const [name, credential] of Object.entries(credentials)) {
        surprises.push(...(await surprisesOf(mode, vars, name, credential)))
      }
      expect(surprises).toEqual([])
    },
    fuzzTimeout(),
  )

  it('knows other methods only as refused, whoever asks', async () => {
    const of = api({ vars: TOKEN_MODE })
    for (const path of Object.keys(ROUTES)) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'PROPFIND']) {
        if (`${method} ${path}` in KINDS) continue
        expect((await of.call(`${method} ${path}`, bearer())).status, `${method} ${path}`).toBe(405)
      }
    }
  })
})
