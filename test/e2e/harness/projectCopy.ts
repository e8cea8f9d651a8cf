import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from './processGroup.ts'

/**
 * What git would clone of this folder as it stands, beside nobody's settings, with the packages and the built page of here: a
 * project that setup may change.
 */
export function projectCopy(): { dir: string; end(): void } {
  const home = mkdtempSync(join(tmpdir(), 'tracker-clone-'))
  const dir = join(home, 'tracker')
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  for (const path of listed.split('\0').filter(path => path !== '' && existsSync(join(ROOT, path)))) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    cpSync(join(ROOT, path), join(dir, path))
  }
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  if (existsSync(join(ROOT, 'dist'))) cpSync(join(ROOT, 'dist'), join(dir, 'dist'), { recursive: true })
  return { dir, end: () => rmSync(home, { recursive: true, force: true }) }
}
