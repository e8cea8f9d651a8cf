import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../scripts/digestOf.ts'

describe('digestOf', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'digest-of-'))
    mkdirSync(join(home, 'src/deep'), { recursive: true })
    writeFileSync(join(home, 'src/a'), 'one')
    writeFileSync(join(home, 'src/deep/b'), 'two')
    writeFileSync(join(home, 'lock'), 'three')
  })
  afterEach(() => rmSync(home, { recursive: true }))
  const digest = () => digestOf(home, ['src', 'lock', 'none'])

  it('is the same for the same files, whenever they were written', () => {
    const before = digest()
    writeFileSync(join(home, 'src/a'), 'one')
    utimesSync(join(home, 'src/a'), 1, 1)
    expect(digest()).toBe(before)
    expect(before).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each([
    ['another content, deep inside', () => writeFileSync(join(home, 'src/deep/b'), 'twp')],
    ['another content of a file that is named', () => writeFileSync(join(home, 'lock'), '')],
    ['a new file', () => writeFileSync(join(home, 'src/c'), '')],
    ['a file that is gone', () => rmSync(join(home, 'src/a'))],
    ['a file that is gone and was named', () => rmSync(join(home, 'lock'))],
    ['another name', () => renameSync(join(home, 'src/a'), join(home, 'src/A'))],
    ['a file that was missing', () => writeFileSync(join(home, 'none'), '')],
    [
      'two contents that changed places',
      () => {
        writeFileSync(join(home, 'src/a'), 'two')
        writeFileSync(join(home, 'src/deep/b'), 'one')
      },
    ],
  ])('is another after %s', (_, change) => {
    const before = digest()
    change()
    expect(digest()).not.toBe(before)
  })

  it('does not count what is beside', () => {
    const before = digest()
    writeFileSync(join(home, 'beside'), 'x')
    expect(digest()).toBe(before)
  })
})
