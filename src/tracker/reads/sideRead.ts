/** What is wrong with a side read, in words for an operator. */
export interface SideFault {
  code: string
  message: string
  action: string
}

/**
 * A read beside the poll that failed, or that stands for itself. `month`: the daily summaries of a fresh tracker. `day`: one
 * date that no longer comes with the poll; `hours`: the hours of a date; both by date. `ticks`: a stretch of missed ticks, by
 * its beginning (Unix seconds). `costs`, `names`: of the whole organisation. `filter`: whether the organisation has traffic outside OPENAI_PROJECT_IDS. Times are Unix ms.
 */
export interface SideRead {
  kind: 'month' | 'day' | 'hours' | 'ticks' | 'costs' | 'names' | 'filter'
  key: string
  since: number
  /** Failed ones. */
  attempts: number
  /** Null: given up; it stands in the status for a week. */
  nextAt: number | null
  error: SideFault | null
}

const FIRST_DELAY_MS = 60_000
const LONGEST_DELAY_MS = 3_600_000
const JITTER = 0.25

/** When a side read that has failed `attempts` times is tried again. `random` in [0, 1). */
export function sideRetryAt(attempts: number, now: number, random: number): number {
  const backoff = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(20, Math.max(0, attempts - 1)))
  return now + Math.round(backoff * (1 + JITTER * random))
}

/** A time beyond any wait was noted by a clock that has jumped back since: due. */
export function isSideReadDue(read: SideRead, now: number): boolean {
  if (read.nextAt === null) return false
  return read.nextAt <= now || read.nextAt > now + 2 * LONGEST_DELAY_MS
}

/** The same read after one more failure. */
export function failedAgain(
  held: SideRead | null,
  failed: Pick<SideRead, 'kind' | 'key'> & { error: SideFault },
  now: number,
  random: number,
): SideRead {
  const attempts = (held?.attempts ?? 0) + 1
  return {
    kind: failed.kind,
    key: failed.key,
    since: held === null ? now : Math.min(held.since, now),
    attempts,
    nextAt: sideRetryAt(attempts, now, random),
    error: failed.error,
  }
}

/** How often an open date is read that no longer comes with the poll, because a later one cannot be read. */
const ALONE_AGAIN_AFTER_MS = 3_600_000

/** The next read of such a date, which was read at `now`. */
export function aloneAgain(date: string, now: number): SideRead {
  return { kind: 'day', key: date, since: now, attempts: 0, nextAt: now + ALONE_AGAIN_AFTER_MS, error: null }
}
