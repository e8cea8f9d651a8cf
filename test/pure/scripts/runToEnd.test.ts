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
  const run = (text: string, withinMs: number, tries: number) => {
    const program = join(home, 'program.mjs')
    writeFileSync(
      program,
      `import { appendFileSync, readFileSync } from 'node:fs'
       appendFileSync('ran', '.')
       const runs = readFileSync('ran', 'utf8').length
       ${text}`,
    )
    runToEnd([process.execPath, program], { cwd: home, withinMs, tries })
  }
  const timesRun = () => readFileSync(join(home, 'ran'), 'utf8').length
  const FOR_EVER = 'setInterval(() => {}, 1_000)'

  it('runs a command once that ends well', () => {
    run('', 60_000, 3)
    expect(timesRun()).toBe(1)
  })

  it('ends one that stands still, and starts it anew', () => {
    run(`if (runs === 1) ${FOR_EVER}`, 3_000, 3)
    expect(timesRun()).toBe(2)
    expect(console.error).toHaveBeenCalledWith(`${join(home, 'program.mjs')} stood still for 3 s and was ended.`)
  })

  it('gives up on one that always stands still', () => {
    expect(() => run(FOR_EVER, 1_000, 2)).toThrow(/program\.mjs stood still 2 times/)
  })

  it('does not try again what fails, and says how it ended', () => {
    expect(() => run('process.exit(7)', 60_000, 3)).toThrow(/program\.mjs ended with 7/)
    expect(timesRun()).toBe(1)
  })

  it('says which command there is not', () => {
    expect(() => runToEnd([join(home, 'none')], { cwd: home, withinMs: 1_000, tries: 2 })).toThrow(/none ENOENT/)
  })
})
