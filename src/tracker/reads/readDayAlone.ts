import { faultWords } from '../../openai/upstreamFault.ts'
import { gatherDates } from '../cycle/gatherDates.ts'
import { writeDays } from '../cycle/pollCycle.ts'
import { noticeOf, settleDays } from '../cycle/settleReading.ts'
import type { Desk } from '../desk.ts'
import { closesAt, withoutSideRead, withSideRead } from '../memory.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { type Day, insertDay } from '../store/dayStore.ts'
import { writePollState } from '../store/pollState.ts'
import { deleteSideRead, writeSideRead } from '../store/sideReadStore.ts'
import { insertPastDay } from './readMonth.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'
import { aloneAgain } from './sideRead.ts'

/** Reads one date that does not come with the poll: an open one behind a date that fails, or one of the first month. */
export async function readDayAlone(desk: Desk, date: string): Promise<ReadOutcome> {
  const startedAt = desk.ports.now()
  const read = await gatherDates(desk, [date])
  if (!read.ok) return fromFault(read)
  const { requests } = read
  const detail = read.spoiled.get(date)
  if (detail !== undefined) {
    const fault = { kind: 'malformed' as const, detail, requestId: null }
    return { ok: false, error: faultWords(fault), fault: null, requests }
  }
  const groups = read.groups.get(date) ?? new Map()
  const { sql } = desk.ports
  let ids: number[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const isPast = !memory.days.has(date) && closesAt(date) <= startedAt / 1000
    let { days } = memory
    if (isPast) {
      const day = insertPastDay(desk, date, groups, seq)
      if (day !== null && !day.settled) days = new Map(memory.days).set(date, day)
    } else {
      const settled = settleDays(
        memory,
        { readAt: startedAt, groups: new Map([[date, groups]]) },
        desk.config,
        desk.classify,
      )
      ids = writeNotices(desk, settled.alerts.map(noticeOf), seq, desk.ports.now())
      days = writeDays(desk, memory.days, settled.days, seq)
    }
    const state = { ...memory.state, seq }
    writePollState(sql, state)
    return { ...memory, state, days, reads: readsAfter(desk, date, startedAt) }
  })
  desk.unshown.push(...ids)
  return { ok: true, requests }
}

/** While a later date does not come with the poll, this one does not either, and goes on being read alone. */
function readsAfter(desk: Desk, date: string, now: number): Desk['memory']['reads'] {
  const { reads } = desk.memory
  const isBehind = reads.some(read => read.kind === 'day' && read.key > date)
  if (!isBehind || closesAt(date) <= now / 1000) {
    deleteSideRead(desk.ports.sql, 'day', date)
    return withoutSideRead(reads, 'day', date)
  }
  const again = aloneAgain(date, now)
  writeSideRead(desk.ports.sql, again)
  return withSideRead(reads, again)
}

/** Closes a day that could not be read again since: what is known of it stands. */
export function closeUnread(desk: Desk, date: string): void {
  desk.commit(memory => {
    const day = memory.days.get(date)
    if (day === undefined || day.final) return memory
    const seq = memory.state.seq + 1
    const closed: Day = { ...day, final: true, revision: seq }
    insertDay(desk.ports.sql, closed)
    const state = { ...memory.state, seq }
    writePollState(desk.ports.sql, state)
    return { ...memory, state, days: new Map(memory.days).set(date, closed) }
  })
}
