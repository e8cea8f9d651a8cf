import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The paths of all files below a folder, from there and in an order that is the same everywhere; none when it is missing. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}
