import { bucketStart, DAY_SECONDS } from '../ledger/bucket-width.ts'
import { type UsageEvent, usageEvent } from '../ledger/usage-event.ts'
import { spendFreePool } from '../organisation/free-pool.ts'
import { MODELS, POOLS } from '../organisation/organisation.ts'
import { pickWeighted } from '../organisation/pick-weighted.ts'
import { randomFrom } from '../organisation/random.ts'
import type { TraceRow } from './read-trace.ts'

export type Weighted = { name: string; weight: number }

export type ReplayOptions = {
  /** How many times faster than recorded. `instant`: all of it is visible at once. */
  speed: number | 'instant'
  /** Who gets the requests, drawn row by row: the same row always goes to the same model and project. */
  models: readonly Weighted[]
  projects?: readonly Weighted[]
  /** Seconds from a request to its showing up. */
  lag?: number
  /** Spend complimentary tokens first, pool by pool. By default all is billed. */
  free?: boolean
}

export type Replay = { events: UsageEvent[]; startsAt: number; endsAt: number; note: string | null }

/**
 * Lays a recorded trace over today, and only today, UTC: it starts now, or so much earlier that its last request
 * falls before midnight. Requests that then lie in the past are visible at once.
 */
export function replay(rows: readonly TraceRow[], options: ReplayOptions, now: number): Replay {
  const { speed, lag = 0 } = options
  const span = rows.at(-1)?.offset ?? 0
  const { start, pace, note } = speed === 'instant' ? allBefore(now, span) : fromNow(now, span, speed)
  const events = rows.map((row, index) => {
    const time = start + row.offset / pace
    const visibleFrom = speed === 'instant' ? now : time + lag
    return usageEvent({ ...row, ...placeOf(index, options), time, visibleFrom }, now)
  })
  if (options.free) spendPools(events)
  return { events, startsAt: start, endsAt: events.reduce((last, e) => Math.max(last, e.visibleFrom), start), note }
}

type Timing = { start: number; pace: number; note: string | null }

function fromNow(now: number, span: number, speed: number): Timing {
  const midnight = bucketStart(now, '1d')
  const latest = midnight + DAY_SECONDS - 1 - span / speed
  if (latest < midnight) {
    const needed = Math.ceil((span / (DAY_SECONDS - 1)) * 10) / 10
    throw new Error(
      `speed: at ${speed} the trace takes ${Math.round(span / speed)} s, more than a day. Use ${needed} or more.`,
    )
  }
  if (latest >= now) return { start: now, pace: speed, note: null }
  const clock = new Date(latest * 1000).toISOString().slice(11, 19)
  return {
    start: latest,
    pace: speed,
    note: `The trace would cross midnight UTC, so it is dated back to start at ${clock}.`,
  }
}

/** Keeps the recorded times as far as the day has room for them, else squeezes them into what there is of it. */
function allBefore(now: number, span: number): Timing {
  const room = Math.min(span, now - bucketStart(now, '1d'))
  return { start: now - room, pace: room > 0 ? span / room : Infinity, note: null }
}

function placeOf(index: number, { models, projects }: ReplayOptions) {
  const random = randomFrom(`trace/${index}`)
  const model = pickWeighted(models, ({ weight }) => weight, random()).name
  return projects ? { model, project: pickWeighted(projects, ({ weight }) => weight, random()).name } : { model }
}

function spendPools(events: UsageEvent[]): void {
  const poolOf = (event: UsageEvent) => MODELS.find(({ name }) => name === event.model)?.pool ?? 'premium'
  for (const pool of ['premium', 'mini'] as const) {
    spendFreePool(
      events.filter(event => poolOf(event) === pool),
      POOLS[pool],
    )
  }
}
