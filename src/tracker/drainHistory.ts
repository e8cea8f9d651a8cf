import { HistoryUnavailable } from '../history/historyUnavailable.ts'
import type { Desk } from './desk.ts'
import {
  deleteHistoryEntries,
  type HistoryEntry,
  isHistoryOwed,
  parkHistoryEntry,
  readHistoryEntries,
} from './store/historyQueue.ts'

/** At most five statements a write, so that a wake stays far from the 50 queries of the free plan. */
const MOST_WRITES_PER_DRAIN = 5
const ENTRIES_PER_WRITE = 200
/** Of the first writes after one that failed: what is owed after days is megabytes, and D1 may not be back, or not wholly. */
const ENTRIES_PER_PROBE = 1
const PROBES_GROW_BY = 15
const FIRST_RETRY_MS = 5_000
export const LONGEST_RETRY_MS = 60_000

/**
 * Hands D1 what it is owed, oldest first. An entry leaves the object when D1 has acknowledged it, so a crash in between
 * repeats a write that changes nothing. Returns true when more is waiting. Never throws for D1's sake.
 */
export async function drainHistory(desk: Desk): Promise<boolean> {
  let most = desk.memory.state.historyFault === null ? ENTRIES_PER_WRITE : ENTRIES_PER_PROBE
  for (let writes = 0; writes < MOST_WRITES_PER_DRAIN; writes++) {
    const entries = readHistoryEntries(desk.ports.sql, most)
    if (entries.length === 0) {
      isWell(desk)
      return false
    }
    if (!(await writeEntries(desk, entries))) return false
    if (most === ENTRIES_PER_WRITE) isWell(desk)
    most = Math.min(ENTRIES_PER_WRITE, most * PROBES_GROW_BY)
  }
  return isHistoryOwed(desk.ports.sql)
}

/** Not said after a probe: a D1 that takes little and not much is asked less and less often, and is sick since it began. */
function isWell(desk: Desk): void {
  if (desk.memory.state.historyFault !== null) desk.note({ historyFault: null })
}

async function writeEntries(desk: Desk, entries: readonly HistoryEntry[]): Promise<boolean> {
  try {
    const written = await desk.ports.writeHistory(entries)
    desk.ports.sql.transaction(() => deleteHistoryEntries(desk.ports.sql, entries) as never)
    desk.ports.log({
      event: 'history',
      rows_written: written.rowsWritten,
      rows_read: written.rowsRead,
      entries: entries.length,
    })
    return true
  } catch (error) {
    if (!(error instanceof HistoryUnavailable)) throw error
    return error.reason === 'rejected' ? rejectOne(desk, entries, error) : postpone(desk, error)
  }
}

/** One of these entries is refused for good. Alone, it is parked and seen; together, each is tried alone. */
async function rejectOne(desk: Desk, entries: readonly HistoryEntry[], error: HistoryUnavailable): Promise<boolean> {
  const [only] = entries
  if (entries.length > 1 || only === undefined) {
    for (const entry of entries) if (!(await writeEntries(desk, [entry]))) return false
    return true
  }
  parkHistoryEntry(desk.ports.sql, only.id, error.message)
  desk.ports.log({ event: 'history_parked', level: 'error', entry: only.id, error: error.message })
  return true
}

function postpone(desk: Desk, error: HistoryUnavailable): false {
  const now = desk.ports.now()
  const before = desk.memory.state.historyFault
  const attempts = (before?.attempts ?? 0) + 1
  const reason = error.reason === 'needs_migration' ? 'needs_migration' : 'failing'
  // A D1 that hangs holds up a wake, so it is asked less and less often. Missing tables are told at once: every wake may
  // ask, and none is made for it, or the object would never sleep until somebody migrates.
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(10, attempts - 1))
  const wait = reason === 'needs_migration' ? 0 : backoff
  desk.note({
    historyFault: {
      reason,
      message: error.message,
      since: before?.reason === reason ? before.since : now,
      attempts,
      retryAt: now + wait,
    },
  })
  desk.ports.log({ event: 'history_failed', level: 'warn', reason, error: error.message, attempts })
  return false
}
