import { faultWords, retryAfterOf, type UpstreamFault } from '../../openai/upstreamFault.ts'
import { tierTotals } from '../../usage/tierTotals.ts'
import { dateOf, floorTo, HOUR_S } from '../../usage/utcDay.ts'
import type { AlertView } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { type Foreseen, foresee } from '../foresight/foresee.ts'
import { guarded } from '../foresight/guarded.ts'
import { keepLookback, noteKept } from '../foresight/lookback.ts'
import { closesAt, polledDates, withoutSideRead, withSideRead } from '../memory.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { aloneAgain, failedAgain } from '../reads/sideRead.ts'
import { isThreshold, readAlerts } from '../store/alertStore.ts'
import { type Day, insertDay, readDay, updateOpenDay } from '../store/dayStore.ts'
import { writeGap } from '../store/gapStore.ts'
import { countPoll, writePollState } from '../store/pollState.ts'
import { deleteSideRead, writeSideRead } from '../store/sideReadStore.ts'
import { writeTicks } from '../store/tickStore.ts'
import { failingSinceAfter, seeingMessage, watchNotice } from '../watch/blindNotice.ts'
import { gatherDates, type ReadDates } from './gatherDates.ts'
import { nextPollAt, notBeforeOf } from './schedule.ts'
import { noticeOf, type Settlement, settleReading } from './settleReading.ts'

// GATHER, SETTLE, COMMIT of the main read: the open days by the day. What a partial or malformed walk says is never
// used, and nothing is written before all of it is known.

export type Trigger = 'alarm' | 'manual'

export type CycleResult =
  // `alerts`: of every kind; `crossed`: how many of them are thresholds.
  | { ok: true; settlement: Settlement; alerts: AlertView[]; crossed: number; requests: number }
  | { ok: false; fault: UpstreamFault; requests: number }

/** After so many failures in a row the fault may be one date's: today alone is asked then, and at each third one after it. */
const TODAY_ALONE_AFTER = 2
const TODAY_ALONE_EVERY = 3

export async function pollCycle(desk: Desk, trigger: Trigger): Promise<CycleResult> {
  const startedAt = desk.ports.now()
  const read = await gatherOpen(desk, Math.floor(startedAt / 1000))
  if (!read.ok) {
    // Nobody's fault: this wake has used up its requests, and the poll is still due.
    if (read.fault.kind === 'postponed') return read
    commitFailure(desk, read.fault, startedAt, trigger)
    return read
  }
  const settlement = settleReading(desk.memory, { readAt: startedAt, groups: read.groups }, desk.config, desk.classify)
  const foreseen = foreseeOf(desk, settlement, startedAt)
  const alerts = commitSettlement(desk, settlement, { read, foreseen }, startedAt)
  return { ok: true, settlement, alerts, crossed: alerts.filter(isThreshold).length, requests: read.requests }
}

/** The open days at once; where that goes on failing, today alone, and each of the others by itself from then on. */
async function gatherOpen(desk: Desk, nowS: number): Promise<ReadDates> {
  const dates = polledDates(desk.memory, nowS).filter(date => !isSettled(desk, date, nowS))
  const read = await gatherDates(desk, dates)
  const today = dateOf(nowS)
  if (read.ok) {
    const detail = read.spoiled.get(today)
    if (detail === undefined) return read
    return { ok: false, fault: { kind: 'malformed', detail, requestId: null }, requests: read.requests }
  }
  const { failures } = desk.memory.state
  const isTurn = failures % TODAY_ALONE_EVERY === TODAY_ALONE_AFTER
  if (dates.length < 2 || !isTurn || !mayBeOneDates(read.fault)) return read
  const alone = await gatherDates(desk, [today])
  const requests = read.requests + alone.requests
  if (!alone.ok || alone.spoiled.size > 0) return { ...read, requests }
  const apart = dates.filter(date => date !== today)
  desk.ports.log({ event: 'read_apart', level: 'warn', dates: apart, outcome: faultWords(read.fault).code })
  return { ...alone, requests, apart }
}

/** While a date that cannot be read stays open, later ones close: they are not read again, or they would fire again. */
function isSettled({ memory, ports }: Desk, date: string, nowS: number): boolean {
  return closesAt(date) <= nowS && !memory.days.has(date) && readDay(ports.sql, date) !== null
}

/** Not where OpenAI asked to be left alone: that holds for every read. */
function mayBeOneDates(fault: UpstreamFault): boolean {
  const { kind } = fault
  if (retryAfterOf(fault) !== null) return false
  return kind === 'serverError' || kind === 'malformed' || kind === 'unexpectedStatus' || kind === 'timedOut'
}

/** What today's reading says beyond its thresholds. A fault in it costs its notices, never the poll. */
function foreseeOf(desk: Desk, settlement: Settlement, startedAt: number): Foreseen {
  const nothing = { notices: [], state: desk.memory.state.foresight }
  const day = settlement.days.find(({ date }) => date === settlement.snapshot.date)
  if (day === undefined) return nothing
  const late = settlement.days.filter(({ date, tracked }) => tracked && date < day.date)
  const days = new Map([...desk.memory.days, ...settlement.days.map(each => [each.date, each] as const)])
  return guarded(desk, 'forecast', nothing, () => foresee(desk, { day, late, days }, startedAt))
}

function commitSettlement(
  desk: Desk,
  settlement: Settlement,
  { read, foreseen }: { read: Extract<ReadDates, { ok: true }>; foreseen: Foreseen },
  startedAt: number,
): AlertView[] {
  const { sql } = desk.ports
  const now = desk.ports.now()
  let ids: number[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const days = writeDays(desk, memory.days, settlement.days, seq)
    const { blindTold, installation } = memory.state
    const notices = [
      ...settlement.alerts.map(noticeOf),
      ...foreseen.notices,
      ...(blindTold === null ? [] : [watchNotice(seeingMessage(blindTold, installation, seq, now))]),
    ]
    ids = writeNotices(desk, notices, seq, now)
    keepLookback(desk, startedAt, days)
    writeTicks(sql, [settlement.snapshot], seq)
    for (const gap of settlement.gaps) writeGap(sql, gap)
    const state = {
      ...memory.state,
      seq,
      firstSuccess: memory.state.firstSuccess ?? startedAt,
      lastAttempt: startedAt,
      lastSuccess: startedAt,
      lastSnapshotS: settlement.snapshot.timestamp,
      failures: 0,
      fault: null,
      faultSince: null,
      failingSince: null,
      blindTold: null,
      notBefore: 0,
      simulated: read.simulated,
      foresight: foreseen.state,
      polls: countPoll(memory.state.polls, 'ok'),
    }
    state.nextPoll = nextPollAt(desk.config.pollCron, state, now, desk.ports.random())
    writePollState(sql, state)
    return {
      state,
      braked: memory.braked,
      days,
      gaps: [
        ...memory.gaps.filter(gap => !settlement.gaps.some(other => other.fromS === gap.fromS)),
        ...settlement.gaps,
      ],
      reads: noteDates(desk, memory.reads, settlement, read, now),
    }
  })
  noteKept(desk)
  return ids.length === 0 ? [] : readAlerts(sql, ids).reverse()
}

/** Writes what changed of the days; returns all that are still unsettled, by date. */
export function writeDays(
  desk: Desk,
  held: ReadonlyMap<string, Day>,
  changed: readonly Day[],
  seq: number,
): ReadonlyMap<string, Day> {
  const { sql } = desk.ports
  const after = new Map(held)
  for (const day of changed) {
    const before = held.get(day.date)
    if (before === undefined || before.final !== day.final) insertDay(sql, day)
    else if (day.revision === seq || before.fired !== day.fired) updateOpenDay(sql, day)
    after.set(day.date, day)
  }
  return after
}

/** Dates whose bucket could not be used, or that are read alone from now on. A date that came with the poll is well again. */
function noteDates(
  desk: Desk,
  held: Desk['memory']['reads'],
  settlement: Settlement,
  { spoiled, apart }: Extract<ReadDates, { ok: true }>,
  now: number,
): Desk['memory']['reads'] {
  const { sql } = desk.ports
  let reads = held
  for (const { date } of settlement.days) {
    if (!reads.some(read => read.kind === 'day' && read.key === date)) continue
    deleteSideRead(sql, 'day', date)
    reads = withoutSideRead(reads, 'day', date)
  }
  for (const [date, detail] of spoiled) {
    const words = faultWords({ kind: 'malformed', detail, requestId: null })
    const before = reads.find(read => read.kind === 'day' && read.key === date) ?? null
    const read = failedAgain(before, { kind: 'day', key: date, error: words }, now, desk.ports.random())
    writeSideRead(sql, read)
    reads = withSideRead(reads, read)
  }
  // The poll begins after the last date that is read alone, so those before it are read alone too while they are open.
  const last = [...spoiled.keys()].sort().at(-1) ?? ''
  for (const { date, final } of settlement.days) {
    if (final || date >= last) continue
    const read = aloneAgain(date, now)
    writeSideRead(sql, read)
    reads = withSideRead(reads, read)
  }
  for (const date of apart) {
    const read = { kind: 'day' as const, key: date, since: now, attempts: 0, nextAt: now, error: null }
    writeSideRead(sql, read)
    reads = withSideRead(reads, read)
  }
  return reads
}

function commitFailure(desk: Desk, fault: UpstreamFault, startedAt: number, trigger: Trigger): void {
  const { state } = desk.memory
  const now = desk.ports.now()
  // Whoever presses a button again and again must not make the tracker wait longer by it.
  const failures = trigger === 'manual' ? Math.max(1, state.failures) : state.failures + 1
  const failed = {
    ...state,
    lastAttempt: startedAt,
    failures,
    fault,
    // The same trouble goes on since it began, even when its words change a little.
    faultSince:
      state.fault !== null && faultWords(state.fault).code === faultWords(fault).code ? state.faultSince : now,
    failingSince: failingSinceAfter(state, startedAt),
    notBefore: notBeforeOf(fault, now),
    polls: countPoll(state.polls, faultWords(fault).code),
  }
  const due = nextPollAt(desk.config.pollCron, failed, now, desk.ports.random())
  const keeps = trigger === 'manual' && state.failures > 0 && state.nextPoll !== null
  desk.note({ ...failed, nextPoll: keeps ? Math.min(state.nextPoll ?? due, due) : due })
}

/** Today's numbers as they stand, for an answer that asks nobody. */
export function totalsOf(desk: Desk, date: string) {
  return tierTotals(desk.memory.days.get(date)?.groups.values() ?? [], desk.classify)
}

/** The number of the hour that an instant (Unix ms) belongs to. */
export function hourNumber(now: number): number {
  return floorTo(Math.floor(now / 1000), HOUR_S) / HOUR_S
}
