import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { renewFolder } from '../../../scripts/renewFolder.ts'

describe('renewFolder', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'renew-folder-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))

  const put = (folder: string, files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, folder, path)), { recursive: true })
      writeFileSync(join(home, folder, path), text)
      utimesSync(join(home, folder, path), 1, 1)
    }
  }
  /** A build that began in 2000; what `put` makes is of 1970. */
  const STARTED_AT = Date.UTC(2000, 0)
  const renew = () => renewFolder(join(home, 'made'), join(home, 'served'), STARTED_AT)
  const served = () =>
    Object.fromEntries(
      readdirSync(join(home, 'served'), { recursive: true, withFileTypes: true })
        .filter(entry => entry.isFile())
        .map(entry => join(entry.parentPath, entry.name))
        .map(path => [path.slice(join(home, 'served').length + 1), readFileSync(path, 'utf8')])
        .sort(),
    )

  it('fills a folder that is not there yet', () => {
    put('made', { 'index.html': 'page', 'assets/a.js': 'a' })
    renew()
    expect(served()).toEqual({ 'assets/a.js': 'a', 'index.html': 'page' })
  })

  it('leaves the same file as it is, so that whoever watches the folder sees nothing', () => {
    put('served', { 'index.html': 'page', 'assets/a.js': 'a' })
    put('made', { 'index.html': 'page', 'assets/a.js': 'other' })
    const before = statSync(join(home, 'served/index.html'))
    renew()
    const after = statSync(join(home, 'served/index.html'))
    expect([after.ino, after.mtimeMs, after.ctimeMs]).toEqual([before.ino, before.mtimeMs, before.ctimeMs])
    expect(served()['assets/a.js']).toBe('other')
  })

  it('takes out what is not made any more', () => {
    put('served', { 'index.html': 'old', 'assets/old.js': 'old' })
    put('made', { 'index.html': 'page', 'assets/new.js': 'new' })
    renew()
    expect(served()).toEqual({ 'assets/new.js': 'new', 'index.html': 'page' })
  })

  it('leaves what another build has just moved in', () => {
    put('served', { 'index.html': 'other', 'assets/other.js': 'other' })
    utimesSync(join(home, 'served/assets/other.js'), new Date(), new Date())
    put('made', { 'index.html': 'page' })
    renew()
    expect(served()).toEqual({ 'assets/other.js': 'other', 'index.html': 'page' })
  })

  it('moves the page in after what it names', () => {
    put('made', { 'index.html': 'page', 'robots.txt': 'x' })
    mkdirSync(join(home, 'served/robots.txt/in-the-way'), { recursive: true })
    expect(renew).toThrow(/EISDIR|ENOTEMPTY|EEXIST|ENOTDIR/)
    expect(served()).toEqual({})
  })
})
