import type { ChildProcess } from 'node:child_process'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../../simulator/start-simulator.ts'
import { ACCOUNT_ID } from './cloudflare/account.ts'
import { type Cloudflare, startCloudflare } from './cloudflare/startCloudflare.ts'
import { startDeployed } from './cloudflare/startDeployed.ts'
import { command } from './harness/command.ts'
import type { Findings } from './harness/findings.ts'
import { projectCopy } from './harness/projectCopy.ts'
import { startReceiver } from './harness/receiver.ts'
import { terminal } from './harness/terminal.ts'
import { until } from './harness/until.ts'

const NAME = 'openai-usage-tracker'
// Made anew, so that this file does not hold what is searched for.
const canary = () => randomBytes(12).toString('hex')
const LOGIN = canary()
const KEY = `sk-admin-${canary()}`
const HOOK = canary()
const WITHIN_MS = 60_000

interface World {
  found: Findings
  cloudflare: Cloudflare
  deployed: Awaited<ReturnType<typeof startDeployed>>
  dir: string
  home: string
  env: Record<string, string>
}

/** npm run setup, with the pinned wrangler, against a Cloudflare and an OpenAI of this machine. */
export default async function setup(found: Findings): Promise<void> {
  const cloudflare = await startCloudflare({ token: LOGIN })
  const deployed = await startDeployed(cloudflare.account, NAME)
  const simulator = await startSimulator({ empty: true, adminKey: KEY })
  const receiver = await startReceiver()
  const home = mkdtempSync(join(tmpdir(), 'tracker-home-'))
  const clone = projectCopy()
  const env = {
    HOME: home,
    CLOUDFLARE_API_BASE_URL: cloudflare.url,
    CLOUDFLARE_API_TOKEN: LOGIN,
    OPENAI_ADMIN_KEY: KEY,
    OPENAI_BASE_URL: simulator.baseUrl,
    ALERT_WEBHOOK_URL: `${receiver.url}-${HOOK}`,
    PUBLIC_URL: deployed.url,
  }
  const world = { found, cloudflare, deployed, dir: clone.dir, home, env }
  try {
    simulator.add({ model: 'gpt-4o', input: 731_204, output: 0 })
    await refusals(world, simulator)
    found.equal('none of that has touched the account', [...cloudflare.account.scripts.keys()], [])
    await interruptedEverywhere(world)
    found.check('the receiver was sent a test each time', receiver.received.length >= 2, receiver.received.length)
    await atTheTerminal(world, simulator.baseUrl, `${receiver.url}-${HOOK}`)
    found.equal('the API of Cloudflare was asked nothing that it does not know', cloudflare.unknown, [])
  } finally {
    clone.end()
    await Promise.all([cloudflare.close(), deployed.close(), simulator.close(), receiver.close()])
    rmSync(home, { recursive: true, force: true })
  }
}

const setUp = (
  { dir, env }: World,
  more: Record<string, string> = {},
  args: string[] = [],
  started?: (child: ChildProcess) => void,
) => command(dir, ['scripts/setup/run.ts', '--yes', '--wait', '20', ...args], { ...env, ...more }, started)

/** What setup refuses before it has changed anything: the cause in the first line, then what to do. */
async function refusals(world: World, simulator: Awaited<ReturnType<typeof startSimulator>>): Promise<void> {
  const { found, cloudflare } = world
  const { account } = cloudflare
  const refuses = async (what: string, cause: RegExp, more: Record<string, string>, args: string[] = []) => {
    const { code, stderr } = await setUp(world, more, args)
    const [first = '', second = ''] = stderr.split('\n')
    found.check(`setup: ${what}`, code === 1 && cause.test(first) && second.startsWith('  → '), `${code}\n${stderr}`)
  }
  await Promise.all([
    refuses('no login', /Nobody is logged in at Cloudflare/, { CLOUDFLARE_API_TOKEN: '' }),
    refuses('a refused login', /Cloudflare refuses the login/, { CLOUDFLARE_API_TOKEN: 'old' }),
    refuses('no key', /OPENAI_ADMIN_KEY is not in the environment/, { OPENAI_ADMIN_KEY: '' }),
    refuses('a wrong key', /refuses the admin key \(401\)/, { OPENAI_ADMIN_KEY: 'sk-admin-wrong' }),
    refuses('a receiver that does not take the test', /does not take the test message/, {
      ALERT_WEBHOOK_URL: 'http://127.0.0.1:1/',
    }),
  ])
  simulator.setScopes('api.management.read')
  await refuses('a key without scopes', /lacks the scope api\.usage\.read/, {})
  simulator.setScopes('api.usage.read', 'api.management.read')
  account.deploy(NAME, [{ type: 'kv_namespace', name: 'KV' }])
  await refuses('a name that another program has', /another program; a deploy would overwrite it/, {})
  account.scripts.clear()
  account.subdomain = null
  await refuses('an account without an address', /no name below workers\.dev/, {})
  account.subdomain = 'team'
  account.accounts.push({ id: 'a0000000000000000000000000000002', name: 'Second account' })
  await refuses('two accounts', /may use 2 accounts/, {})
  account.accounts.pop()
}

/** Ended at each step that changes something and while it waits, started again, and at last through; then with nothing left to do. */
async function interruptedEverywhere(world: World): Promise<void> {
  const { found, cloudflare, deployed, dir, env } = world
  const { account } = cloudflare
  const script = `/accounts/${ACCOUNT_ID}/workers/scripts/${NAME}`
  const steps: [what: string, method: string, path: string][] = [
    ['the deploy', 'PUT', script],
    ['the secrets', 'PATCH', `${script}/secrets-bulk`],
  ]
  const printed: string[] = []
  /** A run that is ended, by a signal to it alone or by the death of all that it started, when `nth` such requests are there. */
  const endedAt = async (
    signal: 'SIGINT' | 'SIGKILL',
    nth: number,
    isIt: (method: string, path: string) => boolean,
  ) => {
    let child: ChildProcess | null = null
    let seen = 0
    cloudflare.before(asked => {
      if (!isIt(asked.method, asked.path) || ++seen !== nth) return
      if (signal === 'SIGINT') child?.kill('SIGINT')
      else if (child?.pid !== undefined) killTree(child.pid)
      // Never served: it hangs until the asker is gone.
      return new Promise(() => {})
    })
    const ran = await setUp(world, {}, [], started => {
      child = started
    })
    cloudflare.before(() => {})
    printed.push(ran.stdout + ran.stderr)
    return ran
  }
  const saysHowToGoOn = (what: string, { code, stdout, stderr }: Awaited<ReturnType<typeof setUp>>) =>
    found.check(
      `Ctrl-C in ${what} ends all of it with 130, and says how to go on`,
      code === 130 && /goes on from there/.test(stdout),
      `${code}\n${stdout}${stderr}`,
    )
  for (const [what, method, path] of steps)
    saysHowToGoOn(what, await endedAt('SIGINT', 1, (asked, at) => asked === method && at === path))
  found.equal('and nothing that it started goes on', processesIn(dir), [])
  found.equal('no secret is set by then', [...(account.scripts.get(NAME)?.secrets.keys() ?? [])], [])

  const isQuery = (method: string, path: string) => method === 'POST' && /\/d1\/database\/[^/]+\/query$/.test(path)
  const shown = await endedAt('SIGKILL', 2, isQuery)
  const secrets = account.scripts.get(NAME)?.secrets
  const token = secrets?.get('API_TOKEN') ?? 'none'
  found.equal(
    'the address and the token are shown, once, before anything can end it in the migrations',
    [shown.stdout.split(token).length - 1, token.length],
    [1, 64],
  )
  const killed = [await endedAt('SIGKILL', 4, isQuery), await endedAt('SIGINT', 3, isQuery)]
  found.check(
    'killed in the migrations again and again it makes no other token',
    killed.every(({ stdout }) => !/[0-9a-f]{64}/.test(stdout)) && secrets?.get('API_TOKEN') === token,
    killed.map(({ stdout }) => stdout),
  )
  deployed.hold(true)
  const waiting = await setUp(world, {}, [], child => {
    child.stdout?.on('data', text => /Waiting for the first numbers/.test(String(text)) && child.kill('SIGINT'))
  })
  deployed.hold(false)
  printed.push(waiting.stdout + waiting.stderr)
  saysHowToGoOn('the wait for the first numbers', waiting)
  found.equal('nothing goes on after that either', processesIn(dir), [])
  // Who has the token is told the numbers.
  const first = await setUp(world, { API_TOKEN: token })
  printed.push(first.stdout + first.stderr)
  found.check(
    'started again, it goes through, and says that the token is as it was',
    first.code === 0 && first.stdout.includes(`The tracker is up: ${env.PUBLIC_URL}`) && !first.stdout.includes(token),
    `${first.code}\n${first.stdout}${first.stderr}`,
  )
  found.equal(
    'each migration ran once',
    account.databases.flatMap(({ sql }) => sql.prepare('SELECT name FROM d1_migrations ORDER BY name').all()),
    readdirSync(join(dir, 'migrations'))
      .sort()
      .map(name => ({ name })),
  )
  found.check(
    'it says which organization the key reads, what was used today, and what the tracker has read',
    /simulated-organization/.test(first.stdout) &&
      /premium 731,204/.test(first.stdout) &&
      /premium 1,234/.test(first.stdout),
    first.stdout,
  )
  found.equal(
    'the secrets are set',
    [secrets?.get('OPENAI_ADMIN_KEY'), secrets?.get('ALERT_WEBHOOK_URL')],
    [KEY, env.ALERT_WEBHOOK_URL],
  )
  found.equal('the watchdog is there', account.scripts.get(NAME)?.crons, ['*/5 * * * *'])
  found.equal(
    'one Worker and one database, whatever was tried',
    [account.scripts.size, account.databases.length],
    [1, 1],
  )

  const second = await setUp(world, { OPENAI_ADMIN_KEY: '', ALERT_WEBHOOK_URL: '', PREMIUM_TIER_LIMIT: '250000' })
  printed.push(second.stdout + second.stderr)
  found.check(
    'a second run keeps the secrets and the token',
    second.code === 0 && secrets?.get('API_TOKEN') === token && !second.stdout.includes(token),
    `${second.code}\n${second.stdout}${second.stderr}`,
  )
  const bound = account.scripts.get(NAME)?.bindings.find(({ name }) => name === 'PREMIUM_TIER_LIMIT')
  found.equal('and takes a new limit along', bound?.text, '250000')

  const canaries = [KEY, LOGIN, env.ALERT_WEBHOOK_URL ?? '']
  const leaks = [...canaries, token].flatMap(secret => filesWith([dir, world.home], secret))
  found.equal('no secret is in any file', leaks, [])
  found.equal(
    'nor on the screen, but the token',
    canaries.filter(secret => printed.some(text => text.includes(secret))),
    [],
  )
}

/** Another program has the name: one is asked for until it will do, and then Ctrl-C at the key. */
async function aTakenName({ found, dir, cloudflare, env }: World): Promise<void> {
  const { account } = cloudflare
  account.deploy('taken', [{ type: 'kv_namespace', name: 'KV' }])
  const asked = { ...env, WORKER_NAME: 'taken', OPENAI_ADMIN_KEY: '' }
  const person = terminal(dir, 'node scripts/setup/run.ts', asked, 80)
  if (person === null) return
  const shows = (what: RegExp) => until(() => what.test(person.screen()), WITHIN_MS, 50)
  const [erased, before] = ['\u007f'.repeat(30), [...account.scripts.keys()]]
  found.check(
    'a name that another program has is told, and another asked for',
    await shows(/Another name for/),
    person.screen(),
  )
  person.type(`${erased}Bad_Name\r`)
  found.check('a bad name is refused as it is typed', await shows(/small letters, digits and hyphens/), person.screen())
  person.type(`${erased}tracker-two\r`)
  found.check('a good one is taken', await shows(/Worker tracker-two/), person.screen())
  await shows(/OPENAI_ADMIN_KEY \(not shown\)/)
  person.type('\u0003')
  found.equal(
    'Ctrl-C at the key ends it with 130, and nothing was deployed',
    [await person.ended, [...account.scripts.keys()]],
    [130, before],
  )
  found.check(
    'nor is the name kept',
    !readFileSync(join(dir, 'wrangler.toml'), 'utf8').includes('tracker-two'),
    'tracker-two',
  )
  account.scripts.delete('taken')
}

/** A person at a terminal of 44 columns: what is typed, what is shown, and Ctrl-C. */
async function atTheTerminal(world: World, baseUrl: string, receiver: string): Promise<void> {
  const { found, dir, home, cloudflare, env } = world
  const devVars = join(dir, '.dev.vars')
  const narrow = terminal(
    dir,
    'node scripts/setup/run.ts --local',
    { HOME: home, OPENAI_BASE_URL: baseUrl, NO_COLOR: '1' },
    44,
  )
  if (narrow === null) return found.skip('setup asks at a terminal', 'script (util-linux) is not there')
  const sees = (what: RegExp) => until(() => what.test(narrow.screen()), WITHIN_MS, 50)
  await sees(/OPENAI_ADMIN_KEY \(not shown\)/)
  narrow.type('sk-proj-mistaken\r')
  found.check("a project's key is refused as it is typed", await sees(/project's key/), narrow.screen())
  narrow.type(`${'\u007f'.repeat(16)}${KEY}\r`)
  found.check('the key is tried, and today is shown', await sees(/731,204/), narrow.screen())
  await sees(/usage tier/)
  narrow.type('\u001b[B\u001b[B\r')
  await sees(/Address of a receiver/)
  narrow.type(`${receiver}\r`)
  found.check('the receiver gets a test message', await sees(/generic-\w+: delivered/), narrow.screen())
  await sees(/The next receiver/)
  narrow.type('\r')
  found.check('the token is made and shown', await sees(/[0-9a-f]{40}/), narrow.screen())
  const code = await narrow.ended
  const text = readFileSync(devVars, 'utf8')
  found.equal('it ends well', code, 0)
  found.check(
    '.dev.vars has the key, the limit of that tier and the receiver',
    [KEY, '250000', receiver].every(part => text.includes(part)),
    text.length,
  )
  found.equal('and only its owner may read it', statSync(devVars).mode & 0o777, 0o600)
  found.equal(
    'nothing that was typed is on the screen',
    [KEY, receiver, 'mistaken'].filter(secret => narrow.screen().replace(/\s/g, '').includes(secret)),
    [],
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  found.check('and no colour is', !/\u001b\[3[0-7]m/.test(narrow.screen()), narrow.screen())

  await aTakenName(world)
  writeFileSync(devVars, '')
  const { scripts } = cloudflare.account
  const before = scripts.get(NAME)?.deployed
  const cloud = terminal(dir, 'node scripts/setup/run.ts', { ...env, OPENAI_ADMIN_KEY: '', ALERT_WEBHOOK_URL: '' }, 100)
  if (cloud === null) return
  const shows = (what: RegExp) => until(() => what.test(cloud.screen()), WITHIN_MS, 50)
  found.check(
    'on Cloudflare it sees what is there already, and asks whether it stays',
    await shows(/set already\. Keep it\?/),
    cloud.screen(),
  )
  cloud.type('\u0003')
  found.check(
    'Ctrl-C at a question ends it with 130, and nothing was deployed',
    (await cloud.ended) === 130 && scripts.get(NAME)?.deployed === before && /goes on from there/.test(cloud.screen()),
    cloud.screen(),
  )
}

/** A process and all that it has started, at once. */
function killTree(root: number): void {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const parents = lines.map(line => line.trim().split(/\s+/).map(Number))
  const tree = [root]
  for (const of of tree) tree.push(...parents.flatMap(([pid = 0, parent]) => (parent === of ? [pid] : [])))
  for (const pid of tree) process.kill(pid, 'SIGKILL')
}

/** Ids of the processes that run on the files of a clone. */
function processesIn(dir: string): number[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(dir))
    .map(line => Number.parseInt(line, 10))
}

/** The files below the folders that hold a text; packages and what git keeps are somebody else's. */
function filesWith(folders: readonly string[], text: string): string[] {
  return folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && !/node_modules/.test(entry.parentPath))
      .map(entry => join(entry.parentPath, entry.name))
      .filter(path => readFileSync(path).includes(text)),
  )
}
