import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { quoted, type Settings } from '../settings.ts'

export const DEV_VARS = '.dev.vars'

/** Puts settings into `.dev.vars`, which only its owner may read; lines of others, and comments, stay as they are. */
export function writeDevVars(root: string, settings: Settings): void {
  const path = join(root, DEV_VARS)
  const held = existsSync(path)
    ? readFileSync(path, 'utf8')
    : '# Settings and secrets of the local tracker. Not for git.\n'
  let text = held.endsWith('\n') || held === '' ? held : `${held}\n`
  for (const [name, value] of Object.entries(settings)) {
    const line = `${name}=${quoted(value)}`
    const before = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=.*$`, 'm')
    text = before.test(text) ? text.replace(before, () => line) : `${text}${line}\n`
  }
  // Whole or not at all, and never readable by others in between.
  writeFileSync(`${path}.new`, text, { mode: 0o600 })
  chmodSync(`${path}.new`, 0o600)
  renameSync(`${path}.new`, path)
}

/** True when others on this machine may read `.dev.vars`. Windows has other rights than these. */
export function othersMayRead(root: string): boolean {
  if (process.platform === 'win32') return false
  const found = statSync(join(root, DEV_VARS), { throwIfNoEntry: false })
  return found !== undefined && (found.mode & 0o077) !== 0
}
