// npm run test:mutation [room ...]: changes the pure rooms in small ways, and says which changes no pure test notices.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOMS } from './rooms.ts'
import { install, type Mutant, mutate } from './stryker.ts'

/** Percent of all mutants; below it the run fails. */
const LOWEST_SCORE = 90

const names = process.argv.slice(2)
const unknown = names.filter(name => ROOMS[name] === undefined)
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${Object.keys(ROOMS).join(', ')}.`)
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'mutation-'))
try {
  install(folder)
  const all: Mutant[] = []
  for (const name of names.length > 0 ? names : Object.keys(ROOMS)) {
    const mutants = mutate(folder, ROOMS[name] ?? [])
    for (const mutant of mutants.filter(isMissed)) console.log(describe(mutant))
    console.log(scoreLine(name, mutants))
    all.push(...mutants)
  }
  console.log(scoreLine('all', all))
  process.exitCode = scoreOf(all) < LOWEST_SCORE ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function isMissed({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage'
}

/** A change that makes the test hang is noticed too. */
function isNoticed({ status }: Mutant): boolean {
  return status === 'Killed' || status === 'Timeout'
}

function scoreOf(mutants: readonly Mutant[]): number {
  const noticed = mutants.filter(isNoticed).length
  return (noticed / (noticed + mutants.filter(isMissed).length)) * 100
}

function scoreLine(name: string, mutants: readonly Mutant[]): string {
  const count = (of: (mutant: Mutant) => boolean) => mutants.filter(of).length
  const by = (wanted: Mutant['status']) => count(({ status }) => status === wanted)
  const noticed = `${count(isNoticed)} noticed (${by('Timeout')} by running too long)`
  const missed = `${count(isMissed)} missed (${by('NoCoverage')} reached by no test)`
  return `${name}: ${scoreOf(mutants).toFixed(1)} %, ${noticed}, ${missed}`
}

function describe({ file, line, mutator, status, original, replacement }: Mutant): string {
  const reach = status === 'NoCoverage' ? ', reached by no test' : ''
  return `${file}:${line} ${mutator}${reach}: ${brief(original)} -> ${brief(replacement)}`
}

function brief(code: string): string {
  const line = code.replace(/\s+/g, ' ')
  return line.length > 90 ? `${line.slice(0, 89)}…` : line
}
