import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { StatusView } from '../../src/wire.ts'
import { sampleStatus } from '../pure/scripts/sampleStatus.ts'
import { startCloudflare } from './cloudflare/startCloudflare.ts'
import { command } from './harness/command.ts'
import type { Findings } from './harness/findings.ts'
import { projectCopy } from './harness/projectCopy.ts'

const TOKEN = 'a-token-of-thirty-two-characters-and-more'
const LOGIN = 'cloudflare-token'
const NAME = 'openai-usage-tracker'
/** As many as there are cores, more or less. */
const AT_ONCE = 3

interface Broken {
  /** What is broken. */
  what: string
  /** In the first line. */
  cause: RegExp
  args?: string[]
  env?: Record<string, string>
  devVars?: string
  before?: (dir: string) => void
  /** Exit code. */
  code?: 0 | 1
}

/** npm run doctor on broken installations: the cause in the first line, something to do in the next, and the exit code. */
export default async function doctor(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true, adminKey: 'sk-admin-right' })
  const cloudflare = await startCloudflare({ token: LOGIN })
  const home = mkdtempSync(join(tmpdir(), 'tracker-home-'))
  const { account } = cloudflare
  const worker = account.deploy(NAME, [
    { type: 'durable_object_namespace', name: 'USAGE_TRACKER' },
    { type: 'd1', name: 'DB', id: account.makeDatabase('oai-usage').uuid },
  ])
  account.databases[0]?.sql.exec(
    "CREATE TABLE d1_migrations (name TEXT); INSERT INTO d1_migrations VALUES ('0001_history.sql'), ('0002_who_and_costs.sql')",
  )
  account.deploy('other-program', [{ type: 'kv_namespace', name: 'KV' }])
  account.deploy('half-set-up', worker.bindings)
  account
    .deploy('unmigrated', [
      { type: 'durable_object_namespace', name: 'USAGE_TRACKER' },
      { type: 'd1', name: 'DB', id: account.makeDatabase('empty').uuid },
    ])
    .secrets.set('OPENAI_ADMIN_KEY', 'x')
    .set('API_TOKEN', 'x')
  account
    .deploy('no-database', [{ type: 'durable_object_namespace', name: 'USAGE_TRACKER' }])
    .secrets.set('OPENAI_ADMIN_KEY', 'x')
    .set('API_TOKEN', 'x')
  worker.secrets.set('OPENAI_ADMIN_KEY', 'x').set('API_TOKEN', TOKEN)

  const tracker = await startTracker()
  const here = {
    OPENAI_BASE_URL: simulator.baseUrl,
    OPENAI_ADMIN_KEY: 'sk-admin-right',
    ALERT_WEBHOOK_URL: 'https://ntfy.sh/any',
    PORT: '1',
  }
  const there = { API_TOKEN: TOKEN, CLOUDFLARE_API_TOKEN: LOGIN, CLOUDFLARE_API_BASE_URL: cloudflare.url }
  const at = (kind: string) => ['--url', tracker.at(kind)]

  const cases: Broken[] = [
    { what: 'nothing: this machine', env: here, cause: /^✓ Nothing is wrong/, code: 0 },
    { what: 'no key', env: { ...here, OPENAI_ADMIN_KEY: '' }, cause: /OPENAI_ADMIN_KEY is not set/ },
    {
      what: 'a wrong key',
      env: { ...here, OPENAI_ADMIN_KEY: 'sk-admin-wrong' },
      cause: /refuses the admin key \(401\)/,
    },
    { what: "a project's key", env: { ...here, OPENAI_ADMIN_KEY: 'sk-proj-abc' }, cause: /is a project's key/ },
    {
      what: 'a base URL where nobody is',
      env: { ...here, OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' },
      cause: /OpenAI cannot be reached/,
    },
    {
      what: 'a base URL of something else',
      env: { ...here, OPENAI_BASE_URL: `${simulator.url}/other` },
      cause: /answers with status 404/,
    },
    {
      what: 'a limit that is no number',
      env: { ...here, PREMIUM_TIER_LIMIT: 'lots' },
      cause: /PREMIUM_TIER_LIMIT is "lots"/,
    },
    {
      what: 'a receiver that is no address',
      env: { ...here, ALERT_WEBHOOK_URL: 'slack' },
      cause: /ALERT_WEBHOOK_URL, entry 1, is not a URL/,
    },
    {
      what: 'a receiver that is not there',
      env: { ...here, ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/' },
      args: ['--send'],
      cause: /does not take a test message: unreachable/,
    },
    {
      what: 'a schedule beyond the free plan',
      env: { ...here, POLL_CRON: '*/5 * * * * *' },
      cause: /the free plan carries 1440/,
      code: 0,
    },
    { what: 'a token that can be guessed', env: { ...here, API_TOKEN: 'short' }, cause: /API_TOKEN has 5 characters/ },
    {
      what: 'secrets that others may read',
      env: here,
      devVars: 'X=1\n',
      before: dir => chmodSync(join(dir, '.dev.vars'), 0o644),
      cause: /Others on this machine may read \.dev\.vars/,
    },
    {
      what: 'an address where nobody is',
      args: ['--url', 'http://127.0.0.1:1'],
      env: there,
      cause: /Nothing answers at http:\/\/127\.0\.0\.1:1/,
    },
    { what: 'an address of something else', args: at('foreign'), env: there, cause: /is no usage tracker/ },
    { what: 'no token for doctor', args: at('ok'), env: { ...there, API_TOKEN: '' }, cause: /wants its API_TOKEN/ },
    { what: 'a wrong token', args: at('ok'), env: { ...there, API_TOKEN: 'wrong' }, cause: /not the token/ },
    {
      what: 'a tracker that nobody may read',
      args: at('locked'),
      env: there,
      cause: /API_TOKEN is not set, so nobody can see the data/,
    },
    { what: 'a full disk', args: at('storage'), env: there, cause: /storage is full/ },
    { what: 'a refused key there', args: at('refused'), env: there, cause: /OpenAI refuses the admin key \(401\)/ },
    {
      what: 'a refused login',
      args: at('ok'),
      env: { ...there, CLOUDFLARE_API_TOKEN: 'old' },
      cause: /Cloudflare refuses the login/,
    },
    {
      what: 'a Worker that is not there',
      args: at('ok'),
      env: { ...there, WORKER_NAME: 'nowhere' },
      cause: /has no Worker nowhere/,
    },
    {
      what: 'a Worker that is another',
      args: at('ok'),
      env: { ...there, WORKER_NAME: 'other-program' },
      cause: /other-program of the account is another program/,
    },
    {
      what: 'secrets that are not set',
      args: at('ok'),
      env: { ...there, WORKER_NAME: 'half-set-up' },
      cause: /secret OPENAI_ADMIN_KEY is not set/,
    },
    {
      what: 'migrations that are missing',
      args: at('ok'),
      env: { ...there, WORKER_NAME: 'unmigrated' },
      cause: /database lacks \d migrations/,
    },
    {
      what: 'no database',
      args: at('ok'),
      env: { ...there, WORKER_NAME: 'no-database' },
      cause: /bound to no database/,
    },
    { what: 'nothing: there', args: at('ok'), env: there, cause: /^✓ Nothing is wrong/, code: 0 },
  ]
  const clone = projectCopy()
  try {
    const left = [...cases]
    const work = async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift())
        await diagnose(found, next, home, clone.dir)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    await localStates(found, clone.dir, { ...here, HOME: home })
    found.equal('the API of Cloudflare was asked nothing that it does not know', cloudflare.unknown, [])
  } finally {
    clone.end()
    await Promise.all([simulator.close(), cloudflare.close(), tracker.close()])
    rmSync(home, { recursive: true, force: true })
  }
}

async function diagnose(
  found: Findings,
  { what, cause, args = [], env = {}, devVars, before, code = 1 }: Broken,
  home: string,
  shared: string,
) {
  // What lies in the folder is a case of its own.
  const own = devVars === undefined ? null : projectCopy()
  const dir = own?.dir ?? shared
  if (devVars !== undefined) writeFileSync(join(dir, '.dev.vars'), devVars)
  before?.(dir)
  const ran = await command(dir, ['scripts/doctor/run.mjs', ...args], { HOME: home, ...env })
  own?.end()
  const [first = '', second = ''] = ran.stdout.split('\n')
  const says = cause.test(first) && ran.code === code && (code === 0 || second.startsWith('  → '))
  found.check(`doctor: ${what}`, says && ran.stderr === '', `${ran.code}\n${ran.stdout}${ran.stderr}`)
}

/** What wrangler itself left on this machine, of this database id and of another. */
async function localStates(found: Findings, dir: string, env: Record<string, string>): Promise<void> {
  const wrangler = (...args: string[]) =>
    spawnSync(process.execPath, ['node_modules/wrangler/bin/wrangler.js', ...args], {
      cwd: dir,
      env: { ...process.env, ...env, CI: '1' },
    })
  const late = join(dir, 'migrations/0002_who_and_costs.sql')
  renameSync(late, `${late}.later`)
  wrangler('d1', 'migrations', 'apply', 'DB', '--local')
  renameSync(`${late}.later`, late)
  await diagnose(
    found,
    { what: 'a local database without the last migration', cause: /local database lacks 1 migrations \(0002/, env },
    env.HOME ?? '',
    dir,
  )
  const toml = join(dir, 'wrangler.toml')
  writeFileSync(
    toml,
    readFileSync(toml, 'utf8').replace('# database_id = "your-database-id-here"', 'database_id = "another"'),
  )
  await diagnose(
    found,
    { what: 'a local state of another database id', cause: /local state belongs to another database id/, env },
    env.HOME ?? '',
    dir,
  )
}

const SECOND_MS = 1000

/** Trackers that answer what a broken one does, each below a path of its own host name. */
async function startTracker() {
  const ports = new Map<string, number>()
  const servers = await Promise.all(
    Object.entries(TRACKERS).map(async ([kind, serve]) => {
      const server = createServer((request, response) => {
        const path = request.url ?? '/'
        const { status, body } = serve(
          path,
          request.headers.authorization === `Bearer ${TOKEN}`,
          request.headers.authorization !== undefined,
        )
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      ports.set(kind, (server.address() as AddressInfo).port)
      return server
    }),
  )
  return {
    at: (kind: string) => `http://127.0.0.1:${ports.get(kind)}`,
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

type Serve = (path: string, hasToken: boolean, hasAny: boolean) => { status: number; body: object }

const nowS = () => Math.round(Date.now() / SECOND_MS)

function answering(change: Partial<StatusView> = {}): Serve {
  return (path, hasToken, hasAny) => {
    if (path === '/health') return { status: 200, body: { status: 'ok', timestamp: Date.now() } }
    if (!hasToken) {
      return hasAny
        ? { status: 401, body: { code: 'wrong_token', detail: 'This is not the token of this tracker.' } }
        : { status: 401, body: { code: 'unauthorized', detail: 'A token is needed.' } }
    }
    return { status: 200, body: sampleStatus(nowS(), change) }
  }
}

function failing(status: number, code: string, detail: string): Serve {
  return path =>
    path === '/health'
      ? { status: 200, body: { status: 'ok', timestamp: Date.now() } }
      : { status, body: { code, detail } }
}

const TRACKERS: Record<string, Serve> = {
  ok: answering(),
  foreign: () => ({ status: 200, body: { hello: 'world' } }),
  locked: failing(503, 'auth_not_configured', 'API_TOKEN is not set, so nobody can see the data; set one.'),
  storage: failing(503, 'storage_failed', "The tracker's storage is full."),
  refused: answering({
    state: 'blind',
    error: {
      code: 'upstream_refused',
      message: 'OpenAI refuses the admin key (401): it is wrong.',
      action: 'Create one.',
      since: 1,
      upstream_status: 401,
      request_id: null,
    },
  }),
}
