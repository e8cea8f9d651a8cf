import type { Zone } from './zone.ts'

// A formatter costs 120 microseconds to make and 1 to use, so each is made once.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(key: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${key} ${zone}`
  let found = formatters.get(id)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options })
    formatters.set(id, found)
  }
  return found
}

/** `14:05`. */
export function timeOfDay(at: number, zone: string): string {
  return formatter('time', zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at * 1000)
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

/** `2026-11-23` -> `Mon 23 Nov`. */
export function dayOf(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(at)) return date
  return formatter('day', 'UTC', { weekday: 'short', day: 'numeric', month: 'short' }).format(at).replace(',', '')
}

export function utcDate(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10)
}

/** Unix seconds of 00:00 UTC. */
export function startOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000
}

export const DAY_S = 86_400
