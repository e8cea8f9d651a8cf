import type { OwnUsage } from '../../rpc/trackerStub.ts'
import { partsOf } from '../../usage/breakdown.ts'
import { dateOf, datesFrom } from '../../usage/utcDay.ts'
import type { BreakdownBy } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { closesAt, type Memory } from '../memory.ts'
import { type DayPlace, readDay, readDayPlaces } from '../store/dayStore.ts'

/** Who used the dates of a span that D1 does not know of: the open ones, and closed ones until they are handed over. */
export function ownUsage(desk: Desk, from: string, to: string, by: BreakdownBy): OwnUsage {
  const places = readDayPlaces(desk.ports.sql, from, to)
  const nowS = Math.floor(desk.ports.now() / 1000)
  const today = dateOf(nowS)
  const own = places.filter(place => !place.isUsageHanded).map(place => place.date)
  const parts = own.flatMap(date => {
    const day = desk.memory.days.get(date) ?? readDay(desk.ports.sql, date)
    return partsOf(day?.groups.values() ?? [], by, desk.classify)
  })
  const isToday = today >= from && today <= to && !own.includes(today)
  return {
    dates: isToday ? [...own, today] : own,
    parts,
    final: isFinal(desk.memory, datesFrom(from, to), places, nowS),
  }
}

/** A date of which nothing is known is closed too, unless its figures may still come: it is young, or its read is owed. */
function isFinal(
  { state, reads }: Memory,
  dates: readonly string[],
  places: readonly DayPlace[],
  nowS: number,
): boolean {
  const known = new Map(places.map(({ date, final }) => [date, final]))
  const isOwed = (date: string) => reads.some(read => read.kind === 'day' && read.key === date && read.nextAt !== null)
  const mayCome = (date: string) => state.backfill === 'pending' || closesAt(date) > nowS || isOwed(date)
  return dates.every(date => known.get(date) ?? !mayCome(date))
}
