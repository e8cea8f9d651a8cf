import { type DayProfile, dayProfile } from '../../usage/dayProfile.ts'
import { FORECAST_DAYS, type Lookback, lookbackOf, SPIKE_DAYS } from '../../usage/lookback.ts'
import { addDays, dateOf, datesFrom, floorTo, HOUR_S } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readCostSums } from '../store/costStore.ts'
import { readDay } from '../store/dayStore.ts'
import { readHours } from '../store/hourStore.ts'
import { readNote, readProfiles, writeNote, writeProfile } from '../store/profileStore.ts'
import type { HeldLookback } from './heldLookback.ts'

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
  desk.lookback = kept === null ? makeLookback(desk, date, print) : { print, lookback: kept, unkept: null }
  return desk.lookback.lookback
}

/** Writes what was made, inside the commit of a poll; a read alone writes nothing. */
export function keepLookback(desk: Desk, now: number): void {
  const { sql } = desk.ports
  const held = desk.lookback
  if (held === null || held.unkept === null || held.print !== printOf(desk, Math.floor(now / 1000))) return
  for (const [date, profile] of held.unkept) writeProfile(sql, date, profile)
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

/** Reads the profiles, and of the days themselves only those that may still move and those that have no profile yet. */
function makeLookback(desk: Desk, today: string, print: string): HeldLookback {
  const { sql } = desk.ports
  const kept = readProfiles(sql, addDays(today, -FORECAST_DAYS), addDays(today, -1))
  const sums = readCostSums(sql, addDays(today, -SPIKE_DAYS), addDays(today, -1))
  const costs = new Map(sums.filter(({ final }) => final).map(({ date, nanoUsd }) => [date, nanoUsd]))
  const unkept = new Map<string, DayProfile>()
  const past = datesFrom(addDays(today, -FORECAST_DAYS), addDays(today, -1)).flatMap((date, index) => {
    const text = kept.get(date)
    const made = text === undefined || desk.memory.days.has(date) ? profileNow(desk, date) : null
    if (made !== null && JSON.stringify(made) !== text) unkept.set(date, made)
    const profile = made ?? (text === undefined ? null : (JSON.parse(text) as DayProfile))
    if (profile === null) return []
    return [{ daysAgo: FORECAST_DAYS - index, profile, nanoUsd: costs.get(date) ?? null }]
  })
  return { print, lookback: lookbackOf(today, past, desk.config), unkept }
}

/** Null: nothing is known of the date. */
function profileNow({ ports: { sql }, memory, classify }: Desk, date: string): DayProfile | null {
  const day = memory.days.get(date) ?? readDay(sql, date)
  if (day === null) return null
  const hours = readHours(sql, date)
  const isKnown = hours.size > 0 || day.groups.size === 0
  return dayProfile(date, day.groups, isKnown ? hours : null, classify)
}
