import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

interface LogRecord {
  event?: string
  level?: string
  error?: string
  premium_tokens?: number
  mini_tokens?: number
}

/** What workerd says, and repeats at every write, when the folder of the state is not what it was. */
const STORAGE_TROUBLES: readonly (readonly [name: RegExp, words: string])[] = [
  [/SQLITE_FULL/, 'is full: make room, and it goes on by itself'],
  [/SQLITE_READONLY/, 'is read-only: make it writable, and start again'],
  [/SQLITE_(IOERR|CANTOPEN)/, 'cannot be read or written: mend that, and start again'],
]
const TROUBLE_TOLD_EVERY_MS = 60_000

/**
 * What a person wants to see of the tracker's log: polls whose numbers moved, in words, and everything that went wrong.
 * Wrangler's own lines are kept back unless they tell of an error.
 * `everyMs`: the least between two lines of polls; `now`: of a clock that is not the machine's, which then is shown in UTC.
 */
export function showLines(
  streams: readonly (Readable | null)[],
  state: string,
  quiet: () => boolean,
  { now = Date.now, everyMs = 0 }: { now?: () => number; everyMs?: number } = {},
): { kept(): string } {
  const kept: string[] = []
  let shown = ''
  let troubledUntil = 0
  let shownAt = 0
  const time = () => new Date(now()).toLocaleTimeString('en-GB', everyMs === 0 ? {} : { timeZone: 'UTC' })
  const show = (line: string) => {
    const trouble = STORAGE_TROUBLES.find(([name]) => name.test(line))?.[1]
    if (trouble !== undefined && Date.now() >= troubledUntil) {
      troubledUntil = Date.now() + TROUBLE_TOLD_EVERY_MS
      console.error(`${time()}  The folder ${state} ${trouble}. What was acknowledged is kept.`)
    }
    if (trouble !== undefined) return
    const record = recordIn(line)
    if (record === null) {
      kept.push(line)
      if (!quiet() && /\berror\b|✘|uncaught/i.test(line)) console.error(line)
      return
    }
    const numbers = `premium ${count(record.premium_tokens)}, mini ${count(record.mini_tokens)}`
    if (record.level === 'warn' || record.level === 'error') console.error(`${time()}  ${record.error ?? line}`)
    else if (record.event === 'poll' && record.premium_tokens !== undefined && numbers !== shown) {
      if (Date.now() - shownAt < everyMs) return
      shownAt = Date.now()
      shown = numbers
      console.log(`${time()}  ${numbers} tokens today`)
    }
  }
  for (const stream of streams) if (stream) createInterface({ input: stream }).on('line', show)
  return { kept: () => kept.join('\n').trim() }
}

function recordIn(line: string): LogRecord | null {
  const start = line.indexOf('{"event"')
  if (start < 0) return null
  try {
    return JSON.parse(line.slice(start)) as LogRecord
  } catch {
    return null
  }
}

function count(tokens: number | undefined): string {
  return (tokens ?? 0).toLocaleString('en')
}
