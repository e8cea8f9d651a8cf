import { retryAfterOf } from '../retryAfter.ts'
import type { Answer } from './kind.ts'

/** The wait (ms) by the header and the one that the body says, longer or shorter; the longer holds. Null: neither. */
export function longestWait({ headers, now }: Answer, inBody: number | null): number | null {
  const waits = [retryAfterOf(headers, now), inBody].filter(wait => wait !== null)
  return waits.length === 0 ? null : Math.max(...waits)
}

/** The number of seconds at a place in a JSON body, as milliseconds; null where there is none. */
export function secondsIn(body: string, ...path: string[]): number | null {
  try {
    const seconds = path.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], JSON.parse(body))
    return typeof seconds === 'number' && seconds >= 0 && seconds <= 1e9 ? Math.ceil(seconds * 1000) : null
  } catch {
    // Also where the answer is `null`.
    return null
  }
}
