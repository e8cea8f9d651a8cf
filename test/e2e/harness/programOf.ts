import { execFileSync } from 'node:child_process'

/** Where a program is; null where it is not installed. */
export function programOf(name: string): string | null {
  try {
    return execFileSync('which', [name], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}
