import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from './filesIn.ts'

/** SHA-256 over the names and contents of files and of all that is in folders; their times do not count. */
export function digestOf(root: string, paths: readonly string[]): string {
  const files = paths.flatMap(path =>
    isFile(join(root, path)) ? [path] : filesIn(join(root, path)).map(file => join(path, file)),
  )
  const lines = files.map(file => `${sha256(readFileSync(join(root, file)))} ${file}\n`)
  return sha256(lines.join(''))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function sha256(of: Buffer | string): string {
  return createHash('sha256').update(of).digest('hex')
}
