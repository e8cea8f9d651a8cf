import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runToEnd } from '../../../scripts/runToEnd.ts'

describe('runToEnd', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'run-to-end-'))
    vi.spyOn(console, 'error').mockReturnValue()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(home, { recursive: true })
  })

  /** A command that notes that it ran, then does what the text says; `runs` is how often it has. */
  const run = (text: string, limitsMs: readonly number[]) => {
    const program = join(home, 'program.mjs')
    writeFileSync(
      program,
      `import { appendFileSync, readFileSync } from 'node:fs'
       appendFileSync('ran', '.')
       const runs = readFileSync('ran', 'utf8').length
       ${text}`,
    )
    runToEnd([process.execPath, program], home, limitsMs)
  }
  const timesRun = () => readFileSync(join(home, 'ran'), 'utf8').length
  const FOR_EVER = 'setInterval(() => {}, 1_000)'

  it('runs a command once that ends well', () => {
    run('', [60_000, 60_000])
    expect(timesRun()).toBe(1)
  })

  it('ends one that stands still, and starts it anew', () => {
    run(`if (runs === 1) ${FOR_EVER}`, [2_000, 60_000])
    expect(timesRun()).toBe(2)
    expect(console.error).toHaveBeenCalledWith(`${join(home, 'program.mjs')} was not done in 2 s and is ended.`)
  })

  it('gives one that is slow more time with each try', () => {
    run('setTimeout(() => {}, 2_500)', [500, 60_000])
    expect(timesRun()).toBe(2)
  })

  it('gives up on one that always stands still', () => {
    expect(() => run(FOR_EVER, [1_000, 1_500])).toThrow(/program\.mjs was not done in 1, 1\.5 s/)
    expect(timesRun()).toBe(2)
  })

  it('does not try again what fails, and says how it ended', () => {
    expect(() => run('process.exit(7)', [60_000, 60_000])).toThrow(/program\.mjs ended with 7/)
    expect(timesRun()).toBe(1)
  })

  it('says which command there is not', () => {
    expect(() => runToEnd([join(home, 'none')], home, [1_000, 1_000])).toThrow(/none ENOENT/)
  })
})
