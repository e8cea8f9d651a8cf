import { parseArgs } from 'node:util'
import type { Blow } from './engine/faultPoints.ts'
import type { Job, Strike } from './engine/job.ts'
import { runReach } from './engine/runReach.ts'
import { runSeeds } from './engine/runSeeds.ts'
import { stepJobs } from './engine/stepJobs.ts'
import { findPlants } from './planted/findPlants.ts'
import { longLives } from './scenario/longLives.ts'
import { ALPHABETS, type Alphabet, LONG_ALPHABETS } from './scenario/scenario.ts'

// npm run test:sim                                        what CI runs: lives of days, long ones, blows, in four minutes
// npm run test:sim -- --seeds 1-2000 --alphabet all       many lives
// npm run test:sim -- --seed 17 --alphabet nemesis        one of them again
// npm run test:sim -- --steps 1 --ever 7 --pairs 2000     every blow at every call, some for ever, then pairs of them
// npm run test:sim -- --strikes 40:crashAfter:ever        one of them again
// npm run test:sim -- --seeds 1-9 --whole                 a failing life is not made smaller, which takes its time
// npm run test:sim -- --reach                              does every fault handler run?
// npm run test:sim -- --plants all                        every planted bug against all runs, counted
// npm run test:sim -- --plants first --plant NAME         is this one found?

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    alphabet: { type: 'string', default: 'all' },
    steps: { type: 'string' },
    ever: { type: 'string' },
    pairs: { type: 'string' },
    strikes: { type: 'string' },
    reach: { type: 'boolean' },
    plants: { type: 'string' },
    plant: { type: 'string' },
    whole: { type: 'boolean' },
  },
})

const EVERY_ALPHABET: readonly Alphabet[] = [...ALPHABETS, ...LONG_ALPHABETS]
const plant = values.plant ?? null
const { seeds, seed, steps, ever, pairs, strikes, reach, plants } = values
const chosen = [seeds, seed, steps, ever, pairs, strikes, reach, plants].some(value => value !== undefined)
const total = { passed: 0, failed: 0 }
const add = ({ passed, failed }: typeof total) => {
  total.passed += passed
  total.failed += failed
}

if (strikes !== undefined) add(await runSeeds('strikes', [{ strikes: strikesIn(strikes) }], plant))
if (!chosen || seeds !== undefined || seed !== undefined)
  add(await runSeeds('lives', lives(seeds ?? seed ?? '1-14'), plant, values.whole !== true))
if (!chosen) add(await runSeeds('long lives', longLives(), plant, false))
if (!chosen || steps !== undefined || ever !== undefined || pairs !== undefined) {
  const sample = { every: Number(steps ?? 79), everyForEver: Number(ever ?? 3251), pairs: Number(pairs ?? 16) }
  add(await runSeeds('blows', await stepJobs(sample), plant))
}
if (!chosen || reach === true) add(await runReach(reach === true))
if (plants !== undefined) add(await findPlants(plants === 'all', plant))
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed > 0 ? 1 : 0

function lives(range: string): Job[] {
  const [from = 1, to = from] = range.split('-').map(Number)
  const alphabets = values.alphabet === 'all' ? ALPHABETS : [alphabetIn(values.alphabet)]
  const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return seeds.flatMap(seed => alphabets.map(alphabet => ({ seed, alphabet })))
}

function alphabetIn(text: string): Alphabet {
  const known = EVERY_ALPHABET.find(alphabet => alphabet === text)
  if (known === undefined) throw new RangeError(`--alphabet is ${text}, but must be all, ${EVERY_ALPHABET.join(', ')}`)
  return known
}

function strikesIn(text: string): Strike[] {
  return text.split(',').map(part => {
    const [nth, blow, ...rest] = part.split(':')
    return { nth: Number(nth), blow: blow as Blow, loses: rest.includes('loses'), ever: rest.includes('ever') }
  })
}
