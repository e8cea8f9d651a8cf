import type { Zone } from './zone.ts'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

// A formatter costs 120 microseconds to make, the first of a page tens of milliseconds, and 1 to use: each is made once, and
// none for what Date knows.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  let found = formatters.get(zone)
  if (!found) {
    const options = { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    found = new Intl.DateTimeFormat('en-GB', options)
    formatters.set(zone, found)
  }
  return found
}

/** `14:05`. `zone` is an IANA name, or null for the reader's own. */
export function timeOfDay(at: number, zone: string | null): string {
  const date = new Date(at * 1000)
  if (zone === null) return pair(date.getHours(), date.getMinutes())
  return zone === 'UTC' ? pair(date.getUTCHours(), date.getUTCMinutes()) : formatter(zone).format(date)
}

function pair(hours: number, minutes: number): string {
  return [hours, minutes].map(each => String(each).padStart(2, '0')).join(':')
}

/** `14:05 UTC`, and where the chosen zone reads differently `14:05 UTC (15:05 your time)`. */
export function clock(at: number, zone: Zone): string {
  const utc = timeOfDay(at, 'UTC')
  const chosen = timeOfDay(at, zone.name)
  return chosen === utc ? `${utc} UTC` : `${utc} UTC (${chosen} ${zone.label})`
}

/** The same where it stands in brackets already: `14:05 UTC, 15:05 your time`. */
export function clockPair(at: number, zone: Zone): string {
  return clock(at, zone).replace(' (', ', ').replace(')', '')
}

/** `Mon 23 Nov, 14:05 UTC`: for what is not of today. */
export function dayAndClock(at: number, zone: Zone): string {
  return `${dayOf(new Date(at * 1000).toISOString().slice(0, 10))}, ${clock(at, zone)}`
}

/** The time alone where `at` is of the same UTC date as `now`, else with its day. */
export function when(at: number, now: number, zone: Zone): string {
  return utcDate(at) === utcDate(now) ? clock(at, zone) : dayAndClock(at, zone)
}

/** `2026-11-23` -> `Mon 23 Nov`. */
export function dayOf(date: string): string {
  const at = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return date
  return `${DAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`
}

/** `2026-11-23` -> `23 Nov`. */
export function shortDay(date: string): string {
  return dayOf(date).slice(4)
}

export function utcDate(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10)
}

/** Unix seconds of 00:00 UTC. */
export function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000
}

export const DAY_S = 86_400
