import { dayProfile } from '../../usage/dayProfile.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import type { Desk } from '../desk.ts'
import type { Day } from '../store/dayStore.ts'
import { writeProfile } from '../store/profileStore.ts'

/** Of a date that is settled: its hours leave the object as soon as D1 has them. In the transaction that the caller is in. */
export function keepProfile({ ports, classify }: Desk, day: Day, hours: ReadonlyMap<number, GroupMap>): void {
  writeProfile(ports.sql, day.date, profilePrint(day), dayProfile(day.date, day.groups, hours, classify))
}

/** Names what a profile is made from: as `readProfiles` puts it together from the day's row. */
function profilePrint({ groupsRevision, hoursRevision, hoursReadS }: Day): string {
  return `${groupsRevision} ${hoursRevision} ${hoursReadS}`
}
