// npm start -- --demo: a day in five minutes. The tracker, the simulated organisation and the page go by one clock that runs fast; nothing
// else of them is changed. What receivers would get is printed.

import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../simulator/start-simulator.ts'
import { runToEnd } from '../runToEnd.ts'
import type { Settings } from '../settings.ts'
import { ROOT } from '../wrangler.ts'
import { type ClockSettings, clockScript, demoClock, writeClock } from './demoClock.ts'

export interface Demo {
  simulator: Simulator
  settings: Settings
  /** Further arguments of `wrangler dev`. The clock starts when this is called: call it right before that. */
  args(): string[]
  /** Where the state is kept: anew each time. */
  state: string
  words: string
  shows: { now: () => number; everyMs: number }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** 22 hours in five minutes less what the start takes: the reset is seen to come. */
const SPEED = 264
const FIRST_HOUR = 2
const SEED = 7
/** A busy Wednesday: its premium limit is passed in the afternoon. */
const SCALE = 1.5
/** Of the console: some two hours of the day. */
const LINES_EVERY_MS = 25_000
const WEDNESDAY = 3
const HOME = join(ROOT, '.wrangler/demo')

/** `port`: of the simulator. `brake`: the settings of the brake, which is off without them. */
export async function startDemo(port: number, brake: Settings): Promise<Demo> {
  rmSync(HOME, { recursive: true, force: true })
  mkdirSync(HOME, { recursive: true })
  runToEnd([process.execPath, join(ROOT, 'scripts/build.ts')], ROOT, [300_000])
  const start = lastWednesday(Date.now()) + FIRST_HOUR * HOUR_MS
  // Until then it stands still.
  let settings: ClockSettings = { from: Date.now(), start, speed: 0 }
  const now = () => demoClock(settings).played(Date.now())
  const simulator = await startSimulator({ port, seed: SEED, scale: SCALE, now })
  const day = new Date(start).toISOString().slice(0, 10)
  return {
    simulator,
    settings: {
      AUTH_MODE: 'open',
      OPENAI_ADMIN_KEY: 'sk-admin-simulated',
      OPENAI_BASE_URL: simulator.baseUrl,
      ALERT_THRESHOLD: '50,80,100',
      ALERT_WEBHOOK_URL: await startPrinter(now),
      POLL_COOLDOWN_SECONDS: '0',
      ...brake,
    },
    args: () => {
      settings = { from: Date.now(), start, speed: SPEED }
      return [
        join(ROOT, 'scripts/demo/worker/fastTracker.ts'),
        ...['--assets', pageWith(clockScript(settings))],
        ...['--var', `DEMO_CLOCK:${writeClock(settings)}`],
      ]
    },
    state: join(HOME, 'state'),
    words: `THE DATA IS SIMULATED: ${day}, from 0${FIRST_HOUR}:00 UTC on, ${SPEED} times as fast as life. In five minutes the day is over: alerts fire,
free tokens end and paying starts, and at 00:00 UTC the limits are reset. What your receivers would get is printed here. Ctrl-C ends it; nothing is kept.`,
    shows: { now, everyMs: LINES_EVERY_MS },
  }
}

function lastWednesday(now: number): number {
  const today = Math.floor(now / DAY_MS) * DAY_MS
  const back = (new Date(today).getUTCDay() - WEDNESDAY + 7) % 7 || 7
  return today - back * DAY_MS
}

/** The page, with a script before all others. */
function pageWith(script: string): string {
  const folder = join(HOME, 'page')
  cpSync(join(ROOT, 'dist/dashboard'), folder, { recursive: true })
  writeFileSync(join(folder, 'demo-clock.js'), script)
  const html = readFileSync(join(folder, 'index.html'), 'utf8')
  writeFileSync(join(folder, 'index.html'), html.replace('<head>', '<head><script src="/demo-clock.js"></script>'))
  return folder
}

/** A receiver that prints what it gets, and its address. */
async function startPrinter(now: () => number): Promise<string> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', part => (body += part))
    request.on('end', () => {
      response.writeHead(204).end()
      const { text } = JSON.parse(body) as { text: string }
      console.log(`\n${new Date(now()).toISOString().slice(11, 16)} UTC  ${text}\n`)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
