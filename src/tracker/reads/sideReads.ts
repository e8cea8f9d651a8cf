import { isRefusal } from '../../openai/upstreamFault.ts'
import { dateOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { closesAt, GIVEN_UP_AFTER_S, type Memory, sideReadOf, withoutSideRead, withSideRead } from '../memory.ts'
import { deleteSideRead, writeSideRead } from '../store/sideReadStore.ts'
import type { Sql } from '../store/sql.ts'
import type { Gap } from './gap.ts'
import { areCostsDue, readCostDays } from './readCostDays.ts'
import { closeUnread, readDayAlone } from './readDayAlone.ts'
import { isFilterDue, readFilter } from './readFilter.ts'
import { dueHourReads, readHoursOf, settleWithoutHours } from './readHours.ts'
import { readMonth, splitMonth } from './readMonth.ts'
import { areNamesDue, readNames } from './readNames.ts'
import type { ReadOutcome } from './readOutcome.ts'
import { coarsenGap, rebuildTicks } from './rebuildTicks.ts'
import { failedAgain, isSideReadDue, type SideRead } from './sideRead.ts'

// Reads beside the poll. They are each other's neighbours, not each other's queue: each has its own next time, its own
// backoff and its own end, and stands in the status while it fails.

/** A side read that is due. */
type Due = { kind: Exclude<SideRead['kind'], 'ticks'>; key: string } | { kind: 'ticks'; key: string; gap: Gap }

/** Requests that a wake keeps for D1 and receivers, and the most that one side read takes. */
const KEPT_REQUESTS = 12
const MOST_REQUESTS_A_READ = 4
/** Reads without requests are work all the same. */
const MOST_READS_PER_WAKE = 60

/** A month that fails so often is read date by date. */
const MONTH_IN_ONE_TRIES = 2
/** Minutes that fail so often are rebuilt by hours, and those that fail so often are given up. */
const MINUTE_TRIES = 4
const HOUR_TRIES = 30

/** What is due now, in the order of its use. Nothing before the first poll. */
export function dueSideReads(memory: Memory, now: number, filtered: boolean): Due[] {
  if (memory.state.firstSuccess === null) return []
  const isDue = (kind: SideRead['kind'], key: string) => {
    const read = sideReadOf(memory, kind, key)
    return read === null || isSideReadDue(read, now)
  }
  const days = memory.reads.filter(read => read.kind === 'day' && isSideReadDue(read, now))
  // Newest first: the last days are what is looked at.
  const gaps = [...memory.gaps].sort((a, b) => b.fromS - a.fromS)
  const hours = dueHourReads(memory, now)
  return [
    ...days.map(({ key }) => ({ kind: 'day' as const, key })).sort((a, b) => (a.key < b.key ? 1 : -1)),
    ...(memory.state.backfill === 'pending' && isDue('month', '') ? [{ kind: 'month' as const, key: '' }] : []),
    ...hours.map(date => ({ kind: 'hours' as const, key: date })),
    ...gaps
      // Ticks are made of hours, which come first.
      .filter(gap => isDue('ticks', String(gap.fromS)) && !hours.includes(dateOf(gap.fromS + 1)))
      .map(gap => ({ kind: 'ticks' as const, key: String(gap.fromS), gap })),
    ...(filtered && isFilterDue(memory, now) ? [{ kind: 'filter' as const, key: '' }] : []),
  ]
}

/** When the next side read is due (Unix ms); null when none is owed. What has no time of its own comes with the polls. */
export function nextSideRead(memory: Memory, now: number, filtered: boolean): number | null {
  if (memory.state.firstSuccess === null) return null
  if (dueSideReads(memory, now, filtered).length > 0) return now
  // One whose time has come and that is not due is owed by nobody any more: its day is settled, its stretch is gone.
  const times = memory.reads.flatMap(read => (read.nextAt === null || read.nextAt <= now ? [] : [read.nextAt]))
  return times.length === 0 ? null : Math.min(...times)
}

/** Whether costs or names are due, which come with a poll and have no time of their own. Nothing before the first poll. */
export function areHourlyReadsDue(sql: Sql, memory: Memory, now: number): boolean {
  return memory.state.firstSuccess !== null && (areCostsDue(memory, now) || areNamesDue(sql, memory, now))
}

/** Does what is due as far as this wake's requests go. */
export async function runSideReads(desk: Desk): Promise<void> {
  const { config, ports } = desk
  const filtered = config.projectIds.length > 0
  // Asked before the hours are read: whether an id is unknown is looked up once an hour, in the wake that reads them.
  const last: Due[] = [
    ...(areCostsDue(desk.memory, ports.now()) ? [{ kind: 'costs' as const, key: '' }] : []),
    ...(areNamesDue(ports.sql, desk.memory, ports.now()) ? [{ kind: 'names' as const, key: '' }] : []),
  ]
  const { budget } = desk
  for (let reads = 0; reads < MOST_READS_PER_WAKE; reads++) {
    // A request has begun a budget of its own: it is not this wake's to spend.
    if (desk.budget !== budget) return
    const next = dueSideReads(desk.memory, ports.now(), filtered)[0] ?? last.shift()
    if (next === undefined || desk.memory.state.firstSuccess === null) return
    if (budget.left < KEPT_REQUESTS + MOST_REQUESTS_A_READ) return
    const goesOn = await readAndNote(desk, next)
    if (!goesOn) return
  }
}

/** Returns whether other reads may be tried in this wake. */
async function readAndNote(desk: Desk, next: Due): Promise<boolean> {
  const { ports } = desk
  const startedAt = ports.now()
  const outcome = await readOne(desk, next)
  ports.log({
    event: 'read',
    level: outcome.ok ? 'info' : 'warn',
    kind: next.kind,
    ...(next.key !== '' && { key: next.key }),
    outcome: outcome.ok ? 'ok' : outcome.error.code,
    upstream_requests: outcome.requests,
    duration_ms: ports.now() - startedAt,
  })
  if (outcome.ok) {
    noteSuccess(desk, next)
    return true
  }
  // The wake has used up its requests: that is nobody's fault.
  if (outcome.fault?.kind === 'postponed') return false
  noteFailure(desk, next, outcome)
  return !concernsAll(next, outcome)
}

/** OpenAI wants to be left alone, or takes no request with this key: no other read would fare better. */
function concernsAll({ kind }: Due, { fault }: Extract<ReadOutcome, { ok: false }>): boolean {
  if (fault === null) return false
  if (fault.kind === 'rateLimited' || fault.kind === 'unreachable' || fault.kind === 'noCredit') return true
  // A key may lack the scope of one endpoint, and be good for all others.
  const mayBeItsOwn = kind === 'costs' || kind === 'names' || fault.kind === 'unexpectedStatus'
  return !mayBeItsOwn && isRefusal(fault)
}

function readOne(desk: Desk, due: Due): Promise<ReadOutcome> {
  switch (due.kind) {
    case 'month':
      return readMonth(desk)
    case 'day':
      return readDayAlone(desk, due.key)
    case 'hours':
      return readHoursOf(desk, due.key, { onlyLate: true })
    case 'ticks':
      return rebuildTicks(desk, due.gap)
    case 'costs':
      return readCostDays(desk)
    case 'names':
      return readNames(desk)
    case 'filter':
      return readFilter(desk)
  }
}

/** A read that kept its row (`day`, `filter`) has set its own next time. */
function noteSuccess(desk: Desk, { kind, key }: Due): void {
  if (kind === 'day' || kind === 'filter' || sideReadOf(desk.memory, kind, key) === null) return
  desk.commit(memory => {
    deleteSideRead(desk.ports.sql, kind, key)
    return { ...memory, reads: withoutSideRead(memory.reads, kind, key) }
  })
}

function noteFailure(desk: Desk, due: Due, { error, fault }: Extract<ReadOutcome, { ok: false }>): void {
  const { ports } = desk
  if (fault !== null) desk.heed(fault)
  const held = sideReadOf(desk.memory, due.kind, due.key)
  let read = failedAgain(held, { kind: due.kind, key: due.key, error }, ports.now(), ports.random())
  if (due.kind === 'month' && read.attempts >= MONTH_IN_ONE_TRIES) {
    splitMonth(desk)
    noteSuccess(desk, due)
    return
  }
  if (isGivenUp(desk, due, read)) {
    read = { ...read, nextAt: null }
    ports.log({ event: 'given_up', level: 'error', kind: due.kind, key: due.key, code: error.code })
  }
  desk.commit(memory => {
    writeSideRead(ports.sql, read)
    return { ...memory, reads: withSideRead(memory.reads, read) }
  })
}

/** The end of a read that cannot succeed. What depends on it goes on without. */
function isGivenUp(desk: Desk, due: Due, read: SideRead): boolean {
  const { key } = due
  const nowS = desk.ports.now() / 1000
  switch (due.kind) {
    case 'day': {
      const closes = closesAt(key)
      const since = Math.max(closes, read.since / 1000)
      if (nowS < since + GIVEN_UP_AFTER_S) return false
      closeUnread(desk, key)
      return true
    }
    case 'hours': {
      const day = desk.memory.days.get(key)
      if (day?.final !== true || nowS < Math.max(closesAt(key), read.since / 1000) + GIVEN_UP_AFTER_S) return false
      settleWithoutHours(desk, key)
      return true
    }
    case 'ticks': {
      const { gap } = due
      const most = gap.width === '1m' ? MINUTE_TRIES : MINUTE_TRIES + HOUR_TRIES
      return read.attempts >= most && !coarsenGap(desk, gap)
    }
    case 'month':
    case 'costs':
    case 'names':
    case 'filter':
      return false
  }
}

/** The date that a read is about, where it is about one. */
export function sideReadDate({ kind, key }: Pick<SideRead, 'kind' | 'key'>): string | null {
  if (kind === 'day' || kind === 'hours') return key
  if (kind === 'ticks') return new Date(Number(key) * 1000 + 1000).toISOString().slice(0, 10)
  return null
}
