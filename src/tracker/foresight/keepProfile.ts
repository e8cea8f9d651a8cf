import { dayProfile } from '../../usage/dayProfile.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import { endOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import type { Day } from '../store/dayStore.ts'
import { writeProfile } from '../store/profileStore.ts'
import { tiersPrint } from './tiersPrint.ts'

/** Of a date that is settled: its hours leave the object as soon as D1 has them. In the transaction that the caller is in. */
export function keepProfile(desk: Desk, day: Day, hours: ReadonlyMap<number, GroupMap>): void {
  const profile = dayProfile(day.date, day.groups, { hours, knownTo: endOf(day.date) }, desk.classify)
  writeProfile(desk.ports.sql, day.date, tiersPrint(desk), profile)
}
