import { type BucketWidth, bucketStart, DAY_SECONDS, dayOf } from './bucket-width.ts'
import type { UsageEvent } from './usage-event.ts'

export const DIMENSIONS = ['project', 'user', 'apiKey', 'model', 'batch', 'serviceTier'] as const
export type Dimension = (typeof DIMENSIONS)[number]
export type Filters = Partial<Record<Dimension, ReadonlySet<string | boolean>>>

/** `from` and `until` are aligned to `width`; `at` is the moment of asking, in Unix seconds. */
export type Window = {
  from: number
  until: number
  width: BucketWidth
  at: number
  groupBy: readonly Dimension[]
  filters: Filters
}

type Day = { events: UsageEvent[]; settledAt: number; compact: Map<BucketWidth, UsageEvent[]> }

/**
 * The truth behind every answer. Days come from `generate` when first asked for, so a month of history costs nothing
 * until it is read. A day whose last line is visible can change no more and is kept summed up by hour and by day.
 */
export class Ledger {
  #days = new Map<number, Day>()
  #generate: (day: number) => UsageEvent[]
  #isServed: (event: UsageEvent) => boolean

  /** `isServed`: false for a request that the project's model permissions deny: it fails, and nothing is used. */
  constructor(
    generate: (day: number) => UsageEvent[] = () => [],
    isServed: (event: UsageEvent) => boolean = () => true,
  ) {
    this.#generate = generate
    this.#isServed = isServed
  }

  add(events: Iterable<UsageEvent>): void {
    for (const event of events) {
      const day = this.#day(dayOf(event.time))
      day.events.push(event)
      day.settledAt = Math.max(day.settledAt, event.visibleFrom)
      day.compact.clear()
    }
  }

  /** Every line of a day (counted from 1970), visible or not. */
  events(day: number): readonly UsageEvent[] {
    return this.#day(day).events.filter(this.#isServed)
  }

  /** Bucket start -> one row per combination of the grouped dimensions. Buckets without usage are absent. */
  tally(window: Window): Map<number, UsageEvent[]> {
    const buckets = new Map<number, Map<string, UsageEvent>>()
    for (let day = dayOf(window.from); day * DAY_SECONDS < window.until; day++) {
      for (const row of this.#rows(day, window.width, window.at)) {
        if (row.time < window.from || row.time >= window.until) continue
        if (row.visibleFrom > window.at || !passes(row, window.filters)) continue
        sumInto(buckets, bucketStart(row.time, window.width), row, window.groupBy)
      }
    }
    return new Map([...buckets].map(([start, rows]) => [start, [...rows.values()]]))
  }

  #rows(dayNumber: number, width: BucketWidth, at: number): UsageEvent[] {
    const day = this.#day(dayNumber)
    if (width === '1m' || at < day.settledAt) return day.events.filter(this.#isServed)
    const known = day.compact.get(width)
    if (known) return known
    const buckets = new Map<number, Map<string, UsageEvent>>()
    for (const event of day.events.filter(this.#isServed))
      sumInto(buckets, bucketStart(event.time, width), event, DIMENSIONS)
    const rows = [...buckets.values()].flatMap(cells => [...cells.values()])
    day.compact.set(width, rows)
    return rows
  }

  #day(number: number): Day {
    const known = this.#days.get(number)
    if (known) return known
    const events = this.#generate(number)
    const settledAt = events.reduce((latest, event) => Math.max(latest, event.visibleFrom), 0)
    const day: Day = { events, settledAt, compact: new Map() }
    this.#days.set(number, day)
    return day
  }
}

function passes(row: UsageEvent, filters: Filters): boolean {
  for (const dimension of DIMENSIONS) {
    const wanted = filters[dimension]
    if (wanted && !wanted.has(row[dimension])) return false
  }
  return true
}

function sumInto(
  buckets: Map<number, Map<string, UsageEvent>>,
  start: number,
  row: UsageEvent,
  groupBy: readonly Dimension[],
): void {
  const cells = buckets.get(start) ?? new Map<string, UsageEvent>()
  buckets.set(start, cells)
  let key = ''
  for (const dimension of groupBy) key += `${row[dimension]}\u0000`
  const cell = cells.get(key)
  if (!cell) {
    cells.set(key, { ...row, time: start })
    return
  }
  cell.input += row.input
  cell.cached += row.cached
  cell.cacheWrite += row.cacheWrite
  cell.output += row.output
  cell.requests += row.requests
  cell.visibleFrom = Math.max(cell.visibleFrom, row.visibleFrom)
}
