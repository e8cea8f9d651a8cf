import { parseArgs } from 'node:util'
import { runSeeds } from './engine/runSeeds.ts'
import { ALPHABETS, type Alphabet } from './scenario/scenario.ts'

// npm run test:sim                                    what CI runs: bounded
// npm run test:sim -- --seeds 1-2000 --alphabet all   the long mode
// npm run test:sim -- --seed 17 --alphabet nemesis    one run again

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    alphabet: { type: 'string', default: 'all' },
    plant: { type: 'string' },
  },
})

const [from = 1, to = from] = (values.seeds ?? values.seed ?? '1-60').split('-').map(Number)
const alphabets = values.alphabet === 'all' ? ALPHABETS : [asAlphabet(values.alphabet)]
const jobs = Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap(seed =>
  alphabets.map(alphabet => ({ seed, alphabet })),
)
const ran = await runSeeds(jobs, values.plant ?? null)
console.log(`${ran.passed} passed, ${ran.failed} failed`)
process.exitCode = ran.failed > 0 ? 1 : 0

function asAlphabet(text: string): Alphabet {
  const known = ALPHABETS.find(alphabet => alphabet === text)
  if (known === undefined) throw new RangeError(`--alphabet is ${text}, but must be all, ${ALPHABETS.join(', ')}`)
  return known
}
