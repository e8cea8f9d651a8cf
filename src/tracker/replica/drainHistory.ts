import { HistoryUnavailable } from '../../history/historyUnavailable.ts'
import { queriesOf } from '../../history/writeHistory.ts'
import { addDays, dateOf, endOf, startOf } from '../../usage/utcDay.ts'
import { hourNumber } from '../cycle/pollCycle.ts'
import { waitEnd } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import type { Memory } from '../memory.ts'
import { markHanded } from '../store/dayStore.ts'
import { deleteHistoryEntries, parkHistoryEntry } from '../store/historyQueue.ts'
import { acknowledge, readHandedDates, refuse } from '../store/owedStore.ts'
import { HISTORY_PARTS, type HistoryPart, writePollState } from '../store/pollState.ts'
import { forgetHandedHours } from '../store/prune.ts'
import { dayUnit, type OwedUnit, readOwedUnits } from './owedUnits.ts'

const UNITS_PER_WRITE: Record<HistoryPart, number> = {
  queue: 200,
  alerts: 200,
  ticks: 60,
  days: 60,
  hours: 60,
  usage: 60,
  costs: 60,
}
/** D1 takes parameters of 2 MB; a write stays well below, whatever the names in it. */
const LARGEST_WRITE_CHARS = 500_000
/** Of the first write after one that failed: what is owed after days is megabytes, and D1 may not be back, or not wholly. */
const UNITS_PER_PROBE = 1
const PROBES_GROW_BY = 15
const MOST_WRITES_PER_PART = 8
const MOST_DATES_HANDED = 10
const FIRST_RETRY_MS = 5_000
export const LONGEST_RETRY_MS = 60_000

/**
 * Hands D1 what it has not acknowledged, oldest first, part by part: a table that fails holds up no other. A crash after a
 * write repeats it, which changes nothing. Returns true when more is waiting. Never throws for D1's sake.
 */
export async function drainHistory(desk: Desk): Promise<boolean> {
  let more = false
  for (const part of HISTORY_PARTS) {
    // Asked anew each time: meanwhile a poll may have made another part owed.
    if (!desk.owed.parts(settledAt(desk)).has(part) && !isToLookAt(desk, part)) continue
    if (retryAt(desk, part) > desk.ports.now()) continue
    const outcome = await drainPart(desk, part)
    if (outcome === 'silent') return more
    more ||= outcome === 'more'
  }
  desk.handsOverAll = false
  if (desk.isToHandOver) desk.owed.by(() => desk.commit(memory => handOver(desk, memory)))
  await forgetInD1(desk)
  return more
}

/** Without rows that are owed: the summaries of open days go once an hour, and a fault ends where nothing is owed any more. */
function isToLookAt({ memory: { state }, ports }: Desk, part: HistoryPart): boolean {
  const isSummariesHour = part === 'days' && state.summariesHour !== hourNumber(ports.now())
  return isSummariesHour || state.historyFaults[part] !== undefined
}

/** Unix seconds by which hours are told that may be handed over. */
function settledAt({ handsOverAll, ports }: Desk): number {
  return handsOverAll ? Number.MAX_SAFE_INTEGER : Math.floor(ports.now() / 1000)
}

/** When a part that failed may be tried again (Unix ms). */
export function retryAt({ memory, ports }: Desk, part: HistoryPart): number {
  return waitEnd(memory.state.historyFaults[part]?.retryAt ?? 0, ports.now(), LONGEST_RETRY_MS)
}

/** When D1 is next to be given something (Unix ms); null: it has all, or no tables, which every poll finds out. */
export function nextDrainAt(desk: Desk): number | null {
  const { memory, ports } = desk
  const times = [...desk.owed.parts(Math.floor(ports.now() / 1000))].flatMap(part =>
    memory.state.historyFaults[part]?.reason === 'needs_migration' ? [] : [retryAt(desk, part)],
  )
  return times.length === 0 ? null : Math.min(...times)
}

/** `silent`: D1 did not answer, so no other part need be tried. */
type Drained = 'done' | 'more' | 'failed' | 'silent'

async function drainPart(desk: Desk, part: HistoryPart): Promise<Drained> {
  const full = UNITS_PER_WRITE[part]
  let most = desk.memory.state.historyFaults[part] === undefined ? full : UNITS_PER_PROBE
  for (let writes = 0; writes < MOST_WRITES_PER_PART; writes++) {
    const { units, isAll } = owedUnits(desk, part, most)
    if (!desk.budget.take(queriesOf(units))) return 'more'
    const written = units.length === 0 ? 'done' : await writeUnits(desk, part, units)
    if (written !== 'done') return written
    if (isAll || most === full) isWell(desk, part)
    // What became owed during the write goes along.
    if (isAll && (desk.owed.settle(part) || units.length === 0)) return 'done'
    most = Math.min(full, most * PROBES_GROW_BY)
  }
  return 'more'
}

/** What is owed of a part, in a size that D1 takes at once, and whether that is all of it. */
function owedUnits(desk: Desk, part: HistoryPart, most: number): { units: OwedUnit[]; isAll: boolean } {
  const { memory, ports, classify } = desk
  const units = readOwedUnits(ports.sql, part, { most, nowS: settledAt(desk), classify })
  // The summaries of days that are still open go along once an hour.
  if (part === 'days' && units.length < most && memory.state.summariesHour !== hourNumber(ports.now())) {
    for (const day of memory.days.values()) {
      if (!day.final && day.acked < day.revision) units.push(dayUnit(day, classify))
    }
  }
  let chars = 0
  const end = units.findIndex((unit, index) => {
    chars += JSON.stringify(unit.rows).length
    return index > 0 && chars > LARGEST_WRITE_CHARS
  })
  return end === -1 ? { units, isAll: units.length < most } : { units: units.slice(0, end), isAll: false }
}

/** Not said after a probe: a D1 that takes little and not much is asked less and less often, and is sick since it began. */
function isWell(desk: Desk, part: HistoryPart): void {
  const { [part]: fault, ...others } = desk.memory.state.historyFaults
  if (fault !== undefined) desk.owed.by(() => desk.note({ historyFaults: others }))
}

async function writeUnits(desk: Desk, part: HistoryPart, units: readonly OwedUnit[]): Promise<Drained> {
  try {
    const written = await desk.ports.writeHistory(units)
    noteWritten(desk, part, units)
    desk.ports.log({
      event: 'history',
      part,
      rows_written: written.rowsWritten,
      rows_read: written.rowsRead,
      queries: written.statements,
      units: units.length,
    })
    return 'done'
  } catch (error) {
    if (!(error instanceof HistoryUnavailable)) throw error
    return error.reason === 'rejected' ? rejectOne(desk, part, units, error) : postpone(desk, part, error)
  }
}

function noteWritten(desk: Desk, part: HistoryPart, units: readonly OwedUnit[]): void {
  desk.owed.by(() => desk.commit(memory => acknowledged(desk, memory, part, units)))
}

/** In the transaction of the caller: D1 has these. */
function acknowledged(desk: Desk, memory: Memory, part: HistoryPart, units: readonly OwedUnit[]): Memory {
  const { sql, now } = desk.ports
  if (part === 'queue') {
    deleteHistoryEntries(
      sql,
      units.map(unit => unit.key),
    )
    return memory
  }
  acknowledge(sql, part, units)
  if (part === 'hours') return handOver(desk, memory)
  if (part !== 'days') return memory
  const days = new Map(handOver(desk, memory).days)
  for (const { key, revision } of units) {
    const day = days.get(String(key))
    if (day !== undefined) days.set(day.date, { ...day, acked: revision })
  }
  const summariesHour = hourNumber(now())
  if (memory.state.summariesHour === summariesHour) return { ...memory, days }
  const state = { ...memory.state, summariesHour }
  writePollState(sql, state)
  return { ...memory, state, days }
}

/** In the transaction of the caller: dates that D1 has whole by now are its own from here on. */
function handOver(desk: Desk, memory: Memory): Memory {
  const { sql } = desk.ports
  desk.isToHandOver = false
  for (const date of readHandedDates(sql, MOST_DATES_HANDED)) {
    markHanded(sql, date)
    forgetHandedHours(sql, startOf(date), endOf(date))
  }
  return memory
}

/** One of these units is refused for good. Alone, it is marked and seen; together, each is tried alone. */
async function rejectOne(
  desk: Desk,
  part: HistoryPart,
  units: readonly OwedUnit[],
  error: HistoryUnavailable,
): Promise<Drained> {
  const [only] = units
  if (units.length > 1 || only === undefined) {
    for (const unit of units) {
      if (!desk.budget.take(queriesOf([unit]))) return 'more'
      const written = await writeUnits(desk, part, [unit])
      if (written !== 'done') return written
    }
    return 'done'
  }
  if (part === 'queue') parkHistoryEntry(desk.ports.sql, only.key, error.message)
  else refuse(desk.ports.sql, part, only, error.message)
  desk.ports.log({ event: 'history_parked', level: 'error', part, key: only.key, error: error.message })
  return 'done'
}

function postpone(desk: Desk, part: HistoryPart, error: HistoryUnavailable): Drained {
  const now = desk.ports.now()
  const before = desk.memory.state.historyFaults[part]
  const attempts = (before?.attempts ?? 0) + 1
  const reason = error.reason === 'needs_migration' ? 'needs_migration' : 'failing'
  // A D1 that hangs holds up a wake, so it is asked less and less often. Missing tables are told at once: every wake may
  // ask, and none is made for it, or the object would never sleep until somebody migrates.
  const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(10, attempts - 1))
  const fault = {
    reason,
    message: error.message,
    since: before?.reason === reason ? before.since : now,
    attempts,
    retryAt: now + (reason === 'needs_migration' ? 0 : backoff),
  } as const
  desk.note({ historyFaults: { ...desk.memory.state.historyFaults, [part]: fault } })
  desk.ports.log({ event: 'history_failed', level: 'warn', part, reason, error: error.message, attempts })
  return error.isSilence ? 'silent' : 'failed'
}

/** D1 keeps a little longer than anybody can ask for. What is deleted counts as written, so from then on a day costs about twice. */
const KEPT_IN_D1_DAYS = 440

/** Once a day. */
async function forgetInD1(desk: Desk): Promise<void> {
  const { memory, ports } = desk
  const today = dateOf(Math.floor(ports.now() / 1000))
  if (memory.state.forgottenDate === today || Object.keys(memory.state.historyFaults).length > 0) return
  const entry = { revision: memory.state.seq, rows: { forgetBefore: addDays(today, -KEPT_IN_D1_DAYS) } }
  if (!desk.budget.take(queriesOf([entry]))) return
  const forgot = await ports.writeHistory([entry]).then(
    () => true,
    // Another day is as good: D1 keeps more than anybody can ask for.
    () => false,
  )
  if (forgot) desk.note({ forgottenDate: today })
  else ports.log({ event: 'history_failed', level: 'warn', part: 'forget' })
}
