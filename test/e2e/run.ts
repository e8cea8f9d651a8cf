// npm run test:e2e [name ...]: the product as a process, on this machine only. KILLS=n changes how often it is killed,
// LOAD_SECONDS=n how long it is under load, SEED=n both. LANES=n is how many scenarios run at a time.
import { awayFromMidnight } from './harness/awayFromMidnight.ts'
import { Findings } from './harness/findings.ts'
import { sleep } from './harness/until.ts'

/** The longest first, so that the lanes end together. */
const SCENARIOS = [
  'load',
  'kill',
  'brake',
  'setup',
  'readOnly',
  'upstream',
  'oldBooks',
  'alertmanager',
  'doctor',
  'fullDisk',
  'receiver',
  'unmigrated',
  'receivers',
  'demo',
  'integrations',
  'dashboards',
  'trace',
  'start',
] as const
const LONGEST_MS: Partial<Record<string, number>> = {
  kill: 3_600_000,
  brake: 3_600_000,
  load: 7_200_000,
  setup: 600_000,
  doctor: 600_000,
  start: 600_000,
}
const DEFAULT_LONGEST_MS = 240_000
/** Most of a scenario's time is waiting for what a tracker does on its own; three wait together. */
const LANES = Number(process.env.LANES || 3)

type Scenario = (found: Findings) => Promise<void>

const names = process.argv.slice(2)
const unknown = names.filter(name => !SCENARIOS.some(scenario => scenario === name))
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${SCENARIOS.join(', ')}.`)
  process.exit(1)
}

const waiting: string[] = names.length > 0 ? names : [...SCENARIOS]
const all: Findings[] = []
await Promise.all(Array.from({ length: LANES }, lane))
const sum = (count: (found: Findings) => number) => all.reduce((total, found) => total + count(found), 0)
const failed = sum(found => found.failed)
console.log(`${sum(found => found.passed)} passed, ${failed} failed, ${sum(found => found.notRun)} not run`)
// With it ends what a scenario left behind.
process.exit(failed === 0 ? 0 : 1)

async function lane(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await run(name)
}

async function run(name: string): Promise<void> {
  const found = new Findings(name)
  all.push(found)
  const waited = await awayFromMidnight(DEFAULT_LONGEST_MS)
  if (waited > 0) found.note(`waited ${Math.round(waited / 1000)} s for a new UTC day`)
  const startedAt = Date.now()
  try {
    const { default: scenario } = (await import(`./${name}.ts`)) as { default: Scenario }
    await Promise.race([scenario(found), tooLong(LONGEST_MS[name] ?? DEFAULT_LONGEST_MS)])
  } catch (error) {
    found.check(`${name} runs to its end`, false, error instanceof Error ? (error.stack ?? error.message) : error)
  }
  found.note(`${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

async function tooLong(ms: number): Promise<never> {
  await sleep(ms)
  throw new Error(`not done within ${ms / 1000} s`)
}
