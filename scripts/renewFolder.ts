import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { filesIn } from './filesIn.ts'

/** The file that names all others, so that what it names is there before it is. */
const ENTRY = 'index.html'

/**
 * Moves into `folder` what differs there from `made`, then takes out what `made` does not hold and was there before
 * `startedAt` (Unix ms): what is newer belongs to another build. Files that are the same are not touched, and none is ever
 * half written: another process serves this folder. Both must be on one file system.
 */
export function renewFolder(made: string, folder: string, startedAt: number): void {
  const paths = filesIn(made).sort((a, b) => Number(a === ENTRY) - Number(b === ENTRY))
  for (const path of paths) {
    const [from, to] = [join(made, path), join(folder, path)]
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
  }
  const wanted = new Set(paths)
  const others = filesIn(folder).filter(path => !wanted.has(path))
  for (const path of others) if (isOlder(join(folder, path), startedAt)) rmSync(join(folder, path), { force: true })
}

export function isOlder(path: string, time: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && found.mtimeMs < time
}
