// npm start: the tracker on this machine. With OPENAI_ADMIN_KEY on the real organisation, without it on the simulator, so
// that it can be seen before anyone is asked for a key. The two never share a folder: ./.wrangler/state and
// ./.wrangler/simulated. It listens on 127.0.0.1 only, and ends with all that it started.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Simulator, startSimulator } from '../simulator/start-simulator.ts'
import { BRAKE_VARS } from '../src/config/readBrake.ts'
import { openBrowser } from './openBrowser.ts'
import { needFreePort, readPort } from './port.ts'
import { environmentSettings, fileSettings, isSetInWranglerToml, type Settings, writeEnvFile } from './settings.ts'
import { showLines } from './showLines.ts'
import { daysOfTraffic, steadyTraffic } from './steadyTraffic.ts'
import { endGroup, migrateLocally, ROOT, startWrangler, whenAsked } from './wrangler.ts'
import { needWritableFolder } from './writableFolder.ts'

const SEED = 7
const SIMULATED_POLL_CRON = '*/3 * * * * *'
const SIMULATED_KEY = 'sk-admin-simulated'
const NEXT_DAY_CHECK_MS = 3_600_000
const END = 'Ctrl-C ends it; what it knows is kept.'
const READY_WITHIN_MS = 120_000

const HELP = `npm start [-- --open] [--demo] [--port N] [--simulator-port N] [--persist-to DIR]

  --open              opens the page in the browser, signed in
  --demo              plays a day in five minutes, on simulated data and an empty state (BRAKE=on before npm: with the brake)
  --port N            port of the tracker (8787; or PORT in the environment)
  --simulator-port N  port of the simulator, where no OPENAI_ADMIN_KEY is set (9099; or SIMULATOR_PORT)
  --persist-to DIR    where the state is kept (.wrangler/state, simulated: .wrangler/simulated)`

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'simulator-port': { type: 'string' },
      'persist-to': { type: 'string' },
      open: { type: 'boolean' },
      demo: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const port = readPort('--port (or PORT)', values.port ?? (process.env.PORT || '8787'))
  if (values.demo) return play(port, values['simulator-port'] ?? process.env.SIMULATOR_PORT, values.open === true)
  const settings: Settings = { ...fileSettings(ROOT), ...environmentSettings(process.env) }
  const simulated = settings.OPENAI_ADMIN_KEY === undefined
  await needFreePort(port, 'the tracker', 'npm start -- --port 8788 (or PORT=8788 npm start)')
  const simulator = simulated ? await openSimulator(values['simulator-port'] ?? process.env.SIMULATOR_PORT) : null
  const made = simulator ? simulatedSettings(simulator, settings) : realSettings(settings)
  const state = resolve(values['persist-to'] ?? join(ROOT, '.wrangler', simulator ? 'simulated' : 'state'))
  needWritableFolder(state, "the tracker's state", 'npm start -- --persist-to DIR')
  await run({
    port,
    state,
    settings: made,
    simulator,
    opens: values.open === true,
    args: () => [],
    words: wordsOn(made, simulator),
  })
}

/** Nothing of the demo is kept, and no setting of `.dev.vars` has a part in it; of the environment, only the brake's have. */
async function play(port: number, wanted: string | undefined, opens: boolean): Promise<void> {
  const simulatorPort = readPort('--simulator-port (or SIMULATOR_PORT)', wanted || '9099')
  await needFreePort(port, 'the tracker', 'npm start -- --demo --port 8788 (or PORT=8788)')
  await needFreePort(simulatorPort, 'the simulator', 'npm start -- --demo --simulator-port 9100')
  const { startDemo } = await import('./demo/demo.ts')
  const asked = environmentSettings(process.env)
  const brake: Settings = {}
  for (const name of BRAKE_VARS) if (asked[name] !== undefined) brake[name] = asked[name]
  await run({ port, opens, ...(await startDemo(simulatorPort, brake)) })
}

async function openSimulator(wanted: string | undefined): Promise<Simulator> {
  const port = readPort('--simulator-port (or SIMULATOR_PORT)', wanted || '9099')
  await needFreePort(port, 'the simulator', 'npm start -- --simulator-port 9100 (or SIMULATOR_PORT=9100 npm start)')
  const simulator = await startSimulator({ port, seed: SEED })
  const added = new Set<number>()
  const addDays = () => {
    for (const day of daysOfTraffic(Date.now()).filter(start => !added.has(start))) {
      simulator.add(...steadyTraffic(day))
      added.add(day)
    }
  }
  addDays()
  setInterval(addDays, NEXT_DAY_CHECK_MS).unref()
  return simulator
}

/** Made-up numbers must not cry wolf: receivers named in `.dev.vars` are for real ones. */
function simulatedSettings(simulator: Simulator, settings: Settings): Settings {
  const { ALERT_WEBHOOK_URL: _kept, ...others } = settings
  const asked = environmentSettings(process.env).ALERT_WEBHOOK_URL
  return {
    AUTH_MODE: 'open',
    POLL_CRON: SIMULATED_POLL_CRON,
    POLL_COOLDOWN_SECONDS: '0',
    ...others,
    ...(asked !== undefined && { ALERT_WEBHOOK_URL: asked }),
    OPENAI_ADMIN_KEY: SIMULATED_KEY,
    OPENAI_BASE_URL: simulator.baseUrl,
  }
}

/** Real numbers need a token, unless the user has opened them to everyone. */
function realSettings(settings: Settings): Settings {
  const decided = settings.AUTH_MODE !== undefined || isSetInWranglerToml(ROOT, 'AUTH_MODE')
  if (decided || settings.API_TOKEN !== undefined) return settings
  const token = randomBytes(32).toString('hex')
  console.log(`No API_TOKEN is set, so one was made for this run; for the API and the page:

  ${token}

To keep one, put API_TOKEN=... (at least 32 characters) into .dev.vars; to need none, AUTH_MODE=open.
`)
  return { ...settings, API_TOKEN: token }
}

interface Start {
  port: number
  /** Folder. */
  state: string
  settings: Settings
  simulator: Simulator | null
  /** Further arguments of `wrangler dev`, asked for right before it starts. */
  args(): readonly string[]
  /** Whose data it is. */
  words: string
  /** Whether the browser is opened. */
  opens: boolean
  /** How polls are shown on the console. */
  shows?: Parameters<typeof showLines>[3]
}

async function run({ port, state, settings, simulator, args, words, opens, shows }: Start): Promise<void> {
  const envFile = join(ROOT, '.wrangler', `start-${port}.env`)
  const linkFile = join(ROOT, '.wrangler', `open-${port}.html`)
  console.log(simulator ? 'Starting the tracker on simulated data ...' : 'Starting the tracker ...')
  await migrateLocally(['--persist-to', state])
  writeEnvFile(envFile, settings)
  const where = ['--ip', '127.0.0.1', '--port', String(port), '--persist-to', state, '--env-file', envFile]
  const child = startWrangler(['dev', ...args(), ...where, '--show-interactive-dev-session=false'], 'pipe')
  let ready = false
  let ending = false
  const lines = showLines([child.stdout, child.stderr], state, () => ending || !ready, shows)

  const end = async (code: number) => {
    if (ending) return
    ending = true
    await Promise.all([endGroup(child), simulator?.close()])
    rmSync(envFile, { force: true })
    rmSync(linkFile, { force: true })
    process.exit(code)
  }
  whenAsked(() => void end(0))
  child.once('exit', code => {
    if (!ending) console.error(`wrangler dev ended by itself (code ${code ?? 'none'}):\n${lines.kept()}`)
    void end(code ?? 1)
  })
  ready = await answers(port)
  if (ready) {
    announce(port, settings, words)
    if (opens && !(await openBrowser(linkTo(port, settings), linkFile))) console.error('No browser could be opened.')
  } else if (!ending) {
    console.error(`The tracker did not answer on port ${port} within ${READY_WITHIN_MS / 1000} s:\n${lines.kept()}`)
    await end(1)
  }
}

/** Asking for /health also wakes the tracker: its first poll is then under way. */
async function answers(port: number): Promise<boolean> {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)
    if (answer?.ok) return true
    await new Promise(done => setTimeout(done, 200))
  }
  return false
}

function announce(port: number, settings: Settings, words: string): void {
  const url = `http://localhost:${port}`
  const link = linkTo(port, settings)
  console.log(`
OpenAI usage tracker: ${url}
${link === url ? '' : `\n  ${link}\n                      the dashboard, signed in: whoever has this link can see the data\n`}
  ${url}              the dashboard
  ${url}/api/usage    today's numbers
  ${url}/api/history  the last seven days
  ${url}/api/status   how it is doing

${words}
`)
}

/** With the token in the fragment, which no server sees: the page trades it for a cookie and takes it out of the address. */
function linkTo(port: number, { API_TOKEN, AUTH_MODE }: Settings): string {
  const url = `http://localhost:${port}`
  const isAsked = (AUTH_MODE ?? 'token') === 'token' && !isSetInWranglerToml(ROOT, 'AUTH_MODE')
  return isAsked && API_TOKEN !== undefined ? `${url}/#token=${encodeURIComponent(API_TOKEN)}` : url
}

function wordsOn(settings: Settings, simulator: Simulator | null): string {
  return simulator
    ? `THE DATA IS SIMULATED. No OPENAI_ADMIN_KEY is set, so a made-up organisation answers on ${simulator.url}.
For your own numbers: npm run setup -- --local, or put OPENAI_ADMIN_KEY=sk-admin-... into .dev.vars.
${END}`
    : `The data is your organisation's, from ${settings.OPENAI_BASE_URL ?? 'https://api.openai.com/v1'}.
${END}`
}
