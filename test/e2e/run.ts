// npm run test:e2e [name ...]: the product as a process, on this machine only. KILLS=n changes how often it is killed,
// LOAD_SECONDS=n how long it is under load, SEED=n both.
import { awayFromMidnight } from './harness/awayFromMidnight.ts'
import { Findings } from './harness/findings.ts'
import { sleep } from './harness/until.ts'

const SCENARIOS = [
  'start',
  'trace',
  'receiver',
  'receivers',
  'alertmanager',
  'upstream',
  'unmigrated',
  'dashboards',
  'fullDisk',
  'readOnly',
  'load',
  'kill',
] as const
const LONGEST_MS: Partial<Record<string, number>> = { kill: 3_600_000, load: 7_200_000 }
const DEFAULT_LONGEST_MS = 240_000

type Scenario = (found: Findings) => Promise<void>

const names = process.argv.slice(2)
const unknown = names.filter(name => !SCENARIOS.some(scenario => scenario === name))
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${SCENARIOS.join(', ')}.`)
  process.exit(1)
}

const found = new Findings()
// Both mostly wait for what others do, so they wait together.
const [APART, TOGETHER] = [SCENARIOS.filter(name => name !== 'alertmanager'), 'alertmanager']
if (names.length > 0) for (const name of names) await run(name)
else for (const name of APART) await Promise.all([run(name), ...(name === 'upstream' ? [run(TOGETHER)] : [])])
console.log(`${found.passed} passed, ${found.failed} failed, ${found.notRun} not run`)
// With it ends what a scenario left behind.
process.exit(found.failed === 0 ? 0 : 1)

async function run(name: string): Promise<void> {
  console.log(name)
  const waited = await awayFromMidnight(DEFAULT_LONGEST_MS)
  if (waited > 0) found.note(`waited ${Math.round(waited / 1000)} s for a new UTC day`)
  const startedAt = Date.now()
  try {
    const { default: scenario } = (await import(`./${name}.ts`)) as { default: Scenario }
    await Promise.race([scenario(found), tooLong(LONGEST_MS[name] ?? DEFAULT_LONGEST_MS)])
  } catch (error) {
    found.check(`${name} runs to its end`, false, error instanceof Error ? (error.stack ?? error.message) : error)
  }
  found.note(`${name}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

async function tooLong(ms: number): Promise<never> {
  await sleep(ms)
  throw new Error(`not done within ${ms / 1000} s`)
}
