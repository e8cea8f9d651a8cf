import { dayProfile } from '../../usage/dayProfile.ts'
import { FORECAST_DAYS, type Lookback, lookbackOf } from '../../usage/lookback.ts'
import { addDays, dateOf, floorTo, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readCostSums } from '../store/costStore.ts'
import { readDay } from '../store/dayStore.ts'
import { readHours } from '../store/hourStore.ts'
import { type HeldProfile, readNote, readProfiles, writeNote, writeProfile } from '../store/profileStore.ts'

const NOTE = 'lookback'

/**
 * What the past days say about today. Made once an hour and kept as one row, so that a poll of an object that has just woken
 * reads that row and nothing else. `now`: Unix milliseconds.
 */
export function readLookback(desk: Desk, now: number): Lookback {
  const nowS = Math.floor(now / 1000)
  const date = dateOf(nowS)
  const print = printOf(desk, nowS)
  const held = desk.lookback
  if (held?.print === print) return held.lookback
  const kept = readNote<Lookback>(desk.ports.sql, NOTE, print)
  const profiles = kept === null ? pastProfiles(desk, date) : []
  const lookback = kept ?? makeLookback(desk, date, profiles)
  desk.lookback = { print, lookback, unkept: kept === null ? profiles : null }
  return lookback
}

/** Writes what was made, inside the commit of a poll; a read alone writes nothing. */
export function keepLookback(desk: Desk, now: number): void {
  const { sql } = desk.ports
  const held = desk.lookback
  if (held === null || held.unkept === null || held.print !== printOf(desk, Math.floor(now / 1000))) return
  for (const { date, isCurrent, madeFrom, profile } of held.unkept) {
    if (!isCurrent && profile !== null) writeProfile(sql, date, madeFrom, profile)
  }
  writeNote(sql, NOTE, held.print, held.lookback)
}

/** The commit that kept it has been made. */
export function noteKept(desk: Desk): void {
  if (desk.lookback !== null) desk.lookback = { ...desk.lookback, unkept: null }
}

/** The hour, how many days are still to be settled, and the settings that it depends on. */
function printOf({ config, memory }: Desk, nowS: number): string {
  const { limits, limitCounts, modelTiers } = config
  return JSON.stringify([
    floorTo(nowS, HOUR_S),
    memory.state.backfill,
    memory.days.size,
    limits,
    limitCounts,
    [...modelTiers],
  ])
}

function makeLookback(desk: Desk, date: string, profiles: readonly HeldProfile[]): Lookback {
  const costs = new Map(
    readCostSums(desk.ports.sql, addDays(date, -FORECAST_DAYS), addDays(date, -1)).map(day => [day.date, day]),
  )
  const past = profiles.flatMap(each => {
    if (each.profile === null) return []
    const cost = costs.get(each.date)
    const daysAgo = Math.round((startOf(date) - startOf(each.date)) / 86_400)
    return [{ daysAgo, profile: each.profile, nanoUsd: cost?.final === true ? cost.nanoUsd : null }]
  })
  return lookbackOf(date, past, desk.config)
}

/** Those of the last 28 days, made anew where the date has changed since. */
function pastProfiles(desk: Desk, today: string): HeldProfile[] {
  return readProfiles(desk.ports.sql, addDays(today, -FORECAST_DAYS), addDays(today, -1)).map(held =>
    held.isCurrent ? held : { ...held, profile: profileNow(desk, held) },
  )
}

function profileNow({ ports: { sql }, memory, classify }: Desk, { date, handed, profile }: HeldProfile) {
  const day = memory.days.get(date) ?? readDay(sql, date)
  if (day === null) return profile
  const hours = readHours(sql, date)
  const isKnown = hours.size > 0 || day.groups.size === 0
  const made = dayProfile(date, day.groups, isKnown ? hours : null, classify)
  // D1 has the hours by now: what was known of them stays known.
  return !isKnown && handed && profile !== null ? { ...made, hours: profile.hours } : made
}
