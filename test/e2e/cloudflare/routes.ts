import { randomUUID } from 'node:crypto'
import { type Account, type Binding, type Database, Refusal, type Script } from './account.ts'

type Answer = (account: Account, name: string, asked: { url: URL; body: Buffer }) => unknown

const SCRIPT = /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)/.source
const DATABASE = /^\/accounts\/\w+\/d1\/database/.source
const json = <T>(body: Buffer): T => JSON.parse(body.toString('utf8')) as T

export const ROUTES: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
  ['GET', /^\/user\/tokens\/verify$/, () => ({ id: 'token', status: 'active' })],
  ['GET', /^\/user$/, () => ({ id: 'user', email: 'somebody@example.com' })],
  ['GET', /^\/accounts$/, ({ accounts }) => accounts],
  [
    'GET',
    /^\/memberships$/,
    ({ accounts }) => accounts.map(account => ({ id: account.id, account, roles: ['Admin'] })),
  ],

  ['GET', /^\/accounts\/\w+\/workers\/services\/([\w-]+)$/, (account, name) => serviceOf(name, account.script(name))],
  ['GET', /^\/accounts\/\w+\/workers\/workers\/([\w-]+)$/, (account, name) => workerOf(name, account.script(name))],
  ['GET', /^\/accounts\/\w+\/workers\/subdomain$/, ({ subdomain }) => ({ subdomain: needSubdomain(subdomain) })],
  ['GET', path(SCRIPT, '/settings'), (account, name) => ({ bindings: bindingsOf(account.script(name)) })],
  ['GET', path(SCRIPT, '/secrets'), (account, name) => secretsOf(account.script(name))],
  [
    'PATCH',
    path(SCRIPT, '/secrets-bulk'),
    (account, name, { body }) => setSecrets(account.script(name), json<SecretsChange>(body)),
  ],
  [
    'GET',
    path(SCRIPT, '/schedules'),
    (account, name) => ({ schedules: account.script(name).crons.map(cron => ({ cron })) }),
  ],
  [
    'PUT',
    /^\/accounts\/\w+\/workers\/subdomain$/,
    (account, _name, { body }) => account.take(json<{ subdomain: string }>(body).subdomain),
  ],
  [
    'PUT',
    path(SCRIPT, '/schedules'),
    (account, name, { body }) => {
      const schedules = json<{ cron: string }[]>(body)
      account.script(name).crons = schedules.map(({ cron }) => cron)
      return { schedules }
    },
  ],
  ['GET', path(SCRIPT, '/deployments'), (account, name) => ({ deployments: deploymentsOf(account.script(name)) })],
  ['GET', path(SCRIPT, '/subdomain'), () => ({ enabled: true, previews_enabled: false })],
  ['POST', path(SCRIPT, '/subdomain'), (_account, _name, { body }) => json(body)],
  [
    'POST',
    path(SCRIPT, '/assets-upload-session'),
    (_account, _name, { body }) => ({ jwt: 'upload', buckets: [hashesOf(body)] }),
  ],
  ['POST', /^\/accounts\/\w+\/workers\/assets\/upload$/, () => ({ jwt: 'upload' })],
  ['PUT', path(SCRIPT, ''), (account, name, { body }) => uploaded(name, account.deploy(name, bindingsIn(body)))],

  ['GET', path(DATABASE, ''), ({ databases }) => databases.map(shown)],
  [
    'POST',
    path(DATABASE, ''),
    (account, _name, { body }) => shown(account.makeDatabase(json<{ name: string }>(body).name)),
  ],
  ['GET', path(DATABASE, '/([\\w-]+)'), (account, id) => shown(account.database(id))],
  [
    'POST',
    path(DATABASE, '/([\\w-]+)/query'),
    (account, id, { body }) => query(account.database(id), json<{ sql: string; params?: string[] }>(body)),
  ],
]

interface SecretsChange {
  secrets: Record<string, { text: string } | null>
}

function path(start: string, end: string): RegExp {
  return new RegExp(`${start}${end}$`)
}

function serviceOf(name: string, { tag }: Script) {
  const script = { id: name, tag, last_deployed_from: 'wrangler' }
  return { id: name, default_environment: { environment: 'production', script } }
}

function deploymentsOf({ tag }: Script) {
  return [{ id: tag, strategy: 'percentage', source: 'wrangler', versions: [{ version_id: tag, percentage: 100 }] }]
}

function needSubdomain(subdomain: string | null): string {
  if (subdomain === null) throw new Refusal(404, 10007, 'There is no workers.dev subdomain for this account')
  return subdomain
}

function workerOf(name: string, { tag }: Script) {
  return { id: tag, name, subdomain: { enabled: true, previews_enabled: false } }
}

function bindingsOf(script: Script): Binding[] {
  return [...script.bindings, ...secretsOf(script)]
}

function secretsOf({ secrets }: Script): Binding[] {
  return [...secrets.keys()].map(name => ({ type: 'secret_text', name }))
}

function setSecrets(script: Script, { secrets }: SecretsChange): Binding[] {
  for (const [name, secret] of Object.entries(secrets)) {
    if (secret === null) script.secrets.delete(name)
    else script.secrets.set(name, secret.text)
  }
  return secretsOf(script)
}

/** Of all files: none is known from before. */
function hashesOf(body: Buffer): string[] {
  const { manifest } = json<{ manifest: Record<string, { hash: string }> }>(body)
  return Object.values(manifest).map(({ hash }) => hash)
}

/** An upload is a form; its part `metadata` is JSON. */
function bindingsIn(body: Buffer): Binding[] {
  const found = /name="metadata"[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--/s.exec(body.toString('utf8'))
  return json<{ bindings?: Binding[] }>(Buffer.from(found?.[1] ?? '{}')).bindings ?? []
}

function uploaded(name: string, { tag }: Script) {
  return { id: name, tag, deployment_id: randomUUID(), startup_time_ms: 20, entry_point: 'index.js' }
}

function shown({ uuid, name }: Database) {
  return { uuid, name, version: 'production', num_tables: 0, file_size: 0 }
}

/** Answers reads with rows; statements that change something may be many at once. */
function query({ sql }: Database, { sql: text, params = [] }: { sql: string; params?: string[] }) {
  try {
    const reads = /^\s*(select|pragma)/i.test(text)
    const results = reads ? sql.prepare(text).all(...params) : []
    if (!reads) sql.exec(text)
    return [{ success: true, results, meta: { duration: 0.1, rows_read: 0, rows_written: 0, changes: 0 } }]
  } catch (error) {
    throw new Refusal(400, 7500, error instanceof Error ? error.message : String(error))
  }
}
