import { dayProfile } from '../../usage/dayProfile.ts'
import { FORECAST_DAYS, type Lookback, lookbackOf } from '../../usage/lookback.ts'
import { addDays, dateOf, floorTo, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readCostSums } from '../store/costStore.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readHours } from '../store/hourStore.ts'
import {
  type HeldProfile,
  readNote,
  readProfiles,
  revisionsOf,
  writeNote,
  writeProfile,
} from '../store/profileStore.ts'

const NOTE = 'lookback'

type Days = ReadonlyMap<string, Day>

/** What the object holds of it while it is awake. */
export interface HeldLookback {
  print: string
  lookback: Lookback
  /** The profiles that it was made from, while no commit has written them; null: all is written. */
  unkept: readonly HeldProfile[] | null
}

/**
 * What the past days say about today. Made once an hour, and where OpenAI's figures of a past day have moved, and kept as one
 * row, so that a poll of an object that has just woken reads that row and nothing else. `now`: Unix milliseconds. `days`: the
 * unsettled ones as they stand, or as a poll has read them and will write them.
 */
export function readLookback(desk: Desk, now: number, days: Days = desk.memory.days): Lookback {
  const nowS = Math.floor(now / 1000)
  const date = dateOf(nowS)
  const print = printOf(desk, nowS, days)
  const held = desk.lookback
  if (held?.print === print) return held.lookback
  const kept = readNote<Lookback>(desk.ports.sql, NOTE, print)
  const profiles = kept === null ? pastProfiles(desk, date, days) : []
  const lookback = kept ?? makeLookback(desk, date, profiles)
  desk.lookback = { print, lookback, unkept: kept === null ? profiles : null }
  return lookback
}

/** Writes what was made of `days`, inside the commit of a poll that writes these; a read alone writes nothing. */
export function keepLookback(desk: Desk, now: number, days: Days): void {
  const { sql } = desk.ports
  const held = desk.lookback
  if (held === null || held.unkept === null || held.print !== printOf(desk, Math.floor(now / 1000), days)) return
  for (const { date, isCurrent, madeFrom, profile } of held.unkept) {
    if (!isCurrent && profile !== null) writeProfile(sql, date, madeFrom, profile)
  }
  writeNote(sql, NOTE, held.print, held.lookback)
}

/** The commit that kept it has been made. */
export function noteKept(desk: Desk): void {
  if (desk.lookback !== null) desk.lookback = { ...desk.lookback, unkept: null }
}

/** The hour, the figures of past days that may still move, and the settings that it depends on. */
function printOf({ config, memory }: Desk, nowS: number, days: Days): string {
  const { limits, limitCounts, modelTiers } = config
  const hour = floorTo(nowS, HOUR_S)
  const moved = Math.max(0, ...pastOf(days, dateOf(nowS)).map(({ groupsRevision }) => groupsRevision))
  return JSON.stringify([hour, moved, memory.state.backfill, limits, limitCounts, [...modelTiers]])
}

function pastOf(days: Days, today: string): Day[] {
  return [...days.values()].filter(({ date }) => date < today)
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
function pastProfiles(desk: Desk, today: string, days: Days): HeldProfile[] {
  const oldest = addDays(today, -FORECAST_DAYS)
  const held = new Map(readProfiles(desk.ports.sql, oldest, addDays(today, -1)).map(each => [each.date, each]))
  for (const day of pastOf(days, today)) {
    if (day.date >= oldest) held.set(day.date, asItStands(day, held.get(day.date)))
  }
  return [...held.values()].map(each =>
    each.isCurrent ? each : { ...each, profile: profileNow(desk, each, days.get(each.date)) },
  )
}

/** A day that was read, but is not written yet, has no row or an older one. */
function asItStands(day: Day, held: HeldProfile | undefined): HeldProfile {
  const madeFrom = revisionsOf(day)
  if (held?.madeFrom === madeFrom) return held
  return { date: day.date, madeFrom, isCurrent: false, profile: held?.profile ?? null, handed: day.handed }
}

function profileNow({ ports: { sql }, classify }: Desk, { date, handed, profile }: HeldProfile, held?: Day) {
  const day = held ?? readDay(sql, date)
  if (day === null) return profile
  const hours = readHours(sql, date)
  const isKnown = hours.size > 0 || day.groups.size === 0
  const made = dayProfile(date, day.groups, isKnown ? hours : null, classify)
  // D1 has the hours by now: what was known of them stays known.
  return !isKnown && handed && profile !== null ? { ...made, hours: profile.hours } : made
}
