import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn } from './filesIn.ts'

/** SHA-256 over the names and contents of files and of all that is in folders; times do not count, nor what is missing. */
export function digestOf(root: string, paths: readonly string[]): string {
  const files = paths.flatMap(path =>
    isFile(join(root, path)) ? [path] : filesIn(join(root, path)).map(file => join(path, file)),
  )
  const lines = files.flatMap(file => {
    const content = contentOf(join(root, file))
    return content === null ? [] : [`${sha256(content)} ${file}\n`]
  })
  return sha256(lines.join(''))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function sha256(of: Buffer | string): string {
  return createHash('sha256').update(of).digest('hex')
}

/** Null: somebody has just removed it, an editor or another build. */
function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
