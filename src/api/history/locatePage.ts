import type { OpenHistory } from '../../rpc/trackerStub.ts'
import { endOf, startOf } from '../../usage/utcDay.ts'
import type { ModelHourRange } from './historyReaders.ts'

export interface Page {
  /** The object's own entries that the page shows: `[from, to)` of the list, newest first. */
  own: { from: number; to: number }
  /** What to read from D1 after them; null when nothing is needed. */
  stored: ModelHourRange | null
  total: number
}

export type PageSource = Pick<OpenHistory, 'd1Before' | 'entryCounts'> & { ownEntries: number }

/**
 * Where a page of the newest-first list of entries is found. The counts by date stand in for a COUNT over D1, which
 * would read every row, and they narrow the read to the dates that the page shows.
 */
export function locatePage({ limit, offset }: { limit: number; offset: number }, source: PageSource): Page {
  const { ownEntries, entryCounts, d1Before } = source
  const own = { from: Math.min(offset, ownEntries), to: Math.min(offset + limit, ownEntries) }
  const total = entryCounts.reduce((sum, { entries }) => sum + entries, ownEntries)
  const wanted = Math.min(offset + limit, total) - Math.max(offset, ownEntries)
  if (wanted <= 0) return { own, stored: null, total }

  let skip = Math.max(0, offset - ownEntries)
  let dates = entryCounts
  while (dates[0] !== undefined && skip >= dates[0].entries) {
    skip -= dates[0].entries
    dates = dates.slice(1)
  }
  const last = lastDate(dates, skip + wanted)
  const first = dates[0]
  if (first === undefined || last === undefined) return { own, stored: null, total }
  const range = { fromHour: startOf(last), toHour: Math.min(endOf(first.date), d1Before) }
  return { own, stored: { ...range, offset: skip, limit: wanted }, total }
}

function lastDate(dates: OpenHistory['entryCounts'], needed: number): string | undefined {
  let held = 0
  return dates.find(({ entries }) => {
    held += entries
    return held >= needed
  })?.date
}
