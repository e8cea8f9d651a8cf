import type { UpstreamFault } from '../../openai/upstreamFault.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import { endOf, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { keepProfile } from '../foresight/keepProfile.ts'
import { withoutSideRead } from '../memory.ts'
import { addsUp, countEntries, hoursOf } from '../reads/hoursOfDay.ts'
import type { SideFault } from '../reads/sideRead.ts'
import { type Day, insertDay, readDay, unreadDay } from '../store/dayStore.ts'
import { writeHour } from '../store/hourStore.ts'
import { writePollState } from '../store/pollState.ts'
import { deleteSideRead } from '../store/sideReadStore.ts'
import { gatherDates } from './gatherDates.ts'

export type Reconciled =
  | { ok: true; before: TierTotals; after: TierTotals }
  | { ok: false; fault: UpstreamFault }
  | { ok: false; fault: null; error: SideFault }

/**
 * Re-reads a day that is settled, with its hours. A difference makes a new revision of its summary; it stays final. The two
 * readings must agree: hours that do not add up to the day are not believed, and nothing changes.
 */
export async function reconcileSettledDay(desk: Desk, date: string): Promise<Reconciled> {
  const { sql } = desk.ports
  const { classify } = desk
  const held = readDay(sql, date)
  const read = await gatherDates(desk, [date], held?.groups ?? new Map())
  if (!read.ok) return read
  const spoiled = read.spoiled.get(date)
  if (spoiled !== undefined) return malformed(spoiled)
  const hours = await desk.gather({ width: '1h', start: startOf(date), end: endOf(date) })
  if (!hours.ok) return hours
  if (hours.spoiled[0] !== undefined) return malformed(hours.spoiled[0].detail)
  const groups = read.groups.get(date) ?? new Map()
  const byHour = hoursOf(date, hours.buckets, classify)
  if (!addsUp(byHour, groups, classify)) return { ok: false, fault: null, error: DOES_NOT_ADD_UP }
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    // Hours that D1 has are not held here: all of the date are handed over anew, the empty ones too.
    for (let hour = startOf(date); hour < endOf(date); hour += HOUR_S)
      writeHour(sql, hour, byHour.get(hour) ?? new Map(), seq)
    const known = held ?? unreadDay(date, desk.config.limits)
    const day: Day = {
      ...known,
      revision: seq,
      acked: 0,
      final: true,
      settled: true,
      handed: false,
      groupsRevision: seq,
      hoursRevision: seq,
      hoursReadS: Math.floor(desk.ports.now() / 1000),
      hourEntries: countEntries(byHour),
      // Its ticks are in D1 and come from there.
      ticksFromS: held === null || held.handed ? endOf(date) : held.ticksFromS,
      usageAcked: 0,
      groups,
    }
    insertDay(sql, day)
    keepProfile(desk, day, byHour)
    const state = { ...memory.state, seq }
    writePollState(sql, state)
    const days = new Map(memory.days)
    days.delete(date)
    // Nothing more is read for it, so nothing of it fails any more.
    let { reads } = memory
    for (const kind of ['day', 'hours'] as const) {
      deleteSideRead(sql, kind, date)
      reads = withoutSideRead(reads, kind, date)
    }
    return { ...memory, state, days, reads }
  })
  const totals = (day: Day['groups']) => tierTotals(day.values(), classify)
  return { ok: true, before: totals(held?.groups ?? new Map()), after: totals(groups) }
}

export const DOES_NOT_ADD_UP: SideFault = {
  code: 'upstream_does_not_add_up',
  message: "OpenAI's hours of this date do not add up to what it says of the date itself. Nothing was changed.",
  action: 'Try again later.',
}

function malformed(detail: string): Reconciled {
  return { ok: false, fault: { kind: 'malformed', detail, requestId: null } }
}
