import { type DayProfile, dayProfile, hoursAsBefore } from '../../usage/dayProfile.ts'
import { FORECAST_DAYS, type Lookback, lookbackOf, SPIKE_DAYS } from '../../usage/lookback.ts'
import { addDays, dateOf, datesFrom, endOf, floorTo, HOUR_S } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readCostSums } from '../store/costStore.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readHours } from '../store/hourStore.ts'
import { readNote, readProfiles, writeNote, writeProfile } from '../store/profileStore.ts'
import type { HeldLookback } from './heldLookback.ts'
import { tiersPrint } from './tiersPrint.ts'

const NOTE = 'lookback'

type Days = ReadonlyMap<string, Day>

/**
 * What the past days say about today. Made once an hour, and where OpenAI's figures of a past day have moved, and kept as one
 * row, so that a poll of an object that has just woken reads that row and nothing else. `now`: Unix milliseconds. `days`: the
 * unsettled ones as they stand, or as a poll has read them and will write them.
 */
export function readLookback(desk: Desk, now: number, days: Days = desk.memory.days): Lookback {
  const nowS = Math.floor(now / 1000)
  const print = printOf(desk, nowS, days)
  const held = desk.lookback
  if (held?.print === print) return held.lookback
  const kept = readNote<Lookback>(desk.ports.sql, NOTE, print)
  const made = kept === null ? makeLookback(desk, dateOf(nowS), days) : { lookback: kept, unkept: null }
  desk.lookback = { print, looked: new Map(), ...made }
  return made.lookback
}

/** Writes what was made of `days`, inside the commit of a poll that writes these; a read alone writes nothing. */
export function keepLookback(desk: Desk, now: number, days: Days): void {
  const { sql } = desk.ports
  const held = desk.lookback
  if (held === null || held.unkept === null || held.print !== printOf(desk, Math.floor(now / 1000), days)) return
  for (const [date, profile] of held.unkept) writeProfile(sql, date, tiersPrint(desk), profile)
  writeNote(sql, NOTE, held.print, held.lookback)
}

/** The commit that kept it has been made. */
export function noteKept(desk: Desk): void {
  if (desk.lookback !== null) desk.lookback = { ...desk.lookback, unkept: null }
}

/** The hour, the past days that are still read with their figures, and the settings that it depends on. */
function printOf(desk: Desk, nowS: number, days: Days): string {
  const { config, memory } = desk
  const { limits, limitCounts } = config
  const today = dateOf(nowS)
  const past = [...days.values()].filter(({ date }) => date < today)
  const moved = past.map(({ date, groupsRevision }) => `${date} ${groupsRevision}`).sort()
  return JSON.stringify([floorTo(nowS, HOUR_S), memory.state.backfill, moved, limits, limitCounts, tiersPrint(desk)])
}

/** Reads the profiles, and of the days themselves only those that may still move and those that have no profile yet. */
function makeLookback(desk: Desk, today: string, days: Days): Pick<HeldLookback, 'lookback' | 'unkept'> {
  const { sql } = desk.ports
  const kept = readProfiles(sql, addDays(today, -FORECAST_DAYS), addDays(today, -1))
  const sums = readCostSums(sql, addDays(today, -SPIKE_DAYS), addDays(today, -1))
  const costs = new Map(sums.filter(({ final }) => final).map(({ date, nanoUsd }) => [date, nanoUsd]))
  const tiers = tiersPrint(desk)
  const unkept = new Map<string, DayProfile>()
  const past = datesFrom(addDays(today, -FORECAST_DAYS), addDays(today, -1)).flatMap((date, index) => {
    const held = kept.get(date)
    const before = held === undefined ? null : (JSON.parse(held.text) as DayProfile)
    const day = days.get(date)
    const mayMove = held?.tiers !== tiers || day !== undefined
    const profile = mayMove ? profileNow(desk, day ?? readDay(sql, date), before) : before
    if (profile === null) return []
    if (mayMove && (held?.tiers !== tiers || JSON.stringify(profile) !== held.text)) unkept.set(date, profile)
    return [{ daysAgo: FORECAST_DAYS - index, profile, nanoUsd: costs.get(date) ?? null }]
  })
  return { lookback: lookbackOf(today, past, desk.config), unkept }
}

/** `before`: as it was made last; null where nothing is known of the date, then or now. */
function profileNow({ ports: { sql }, classify }: Desk, day: Day | null, before: DayProfile | null) {
  if (day === null) return before
  const { date } = day
  const hours = readHours(sql, date)
  const isKnown = hours.size > 0 || day.groups.size === 0
  // What came after the last read of the hours stands in none of them yet.
  const isWhole = day.groups.size === 0 || day.hoursRevision === day.groupsRevision
  const knownTo = isWhole ? endOf(date) : day.hoursReadS
  const made = dayProfile(date, day.groups, isKnown ? { hours, knownTo } : null, classify)
  // D1 has the hours by now: what was known of them stays known.
  return isKnown || before === null ? made : { ...made, hours: hoursAsBefore(before, made.totals) }
}
