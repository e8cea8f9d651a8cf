import type { HourTotal, ModelHour } from '../../history/historyRows.ts'
import type { Classify } from '../../models.ts'
import type { HourPage, HourPart, OwnDates } from '../../rpc/trackerStub.ts'
import { partsOf } from '../../usage/breakdown.ts'
import { type GroupMap, totalTokens } from '../../usage/usageGroup.ts'
import { addDays, dateOf, endOf, floorTo, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { DayPoint, RowHour, RowHoursBy, SnapshotPoint } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { countEntries, type Hours, withUnplaced } from '../reads/hoursOfDay.ts'
import { dayPointOf, hourTotal } from '../replica/summaryRows.ts'
import { type DayPlace, readDay, readDayPlaces } from '../store/dayStore.ts'
import { readHours } from '../store/hourStore.ts'
import { KEPT_DAYS } from '../store/prune.ts'
import { readFreeTicks, readTicks } from '../store/tickStore.ts'
import { locateParts } from './locateParts.ts'

// What the object serves of the history: the dates that D1 does not have whole. What a day's figures have beyond its hours
// is shown in the day's last hour, today's in the running one; the next hourly read puts it where it belongs.

export function ownTicks(desk: Desk, from: string, to: string): OwnDates<SnapshotPoint> {
  const places = ownPlaces(desk, from, to)
  return {
    dates: ownDates(desk, places, from, to),
    shared: places.filter(place => place.ticksFromS > startOf(place.date)).map(place => place.date),
    points: places.flatMap(place => ticksOf(desk, place.date)),
  }
}

/** With what was free of them only where that is what counts: a curve is drawn from what is compared with the limit. */
function ticksOf({ ports, config }: Desk, date: string): SnapshotPoint[] {
  if (config.limitCounts === 'all') return readTicks(ports.sql, startOf(date), endOf(date))
  return readFreeTicks(ports.sql, startOf(date), endOf(date)).map(({ free, ...point }) =>
    free === undefined ? point : { ...point, premium_free_tokens: free.premium, mini_free_tokens: free.mini },
  )
}

export function ownHours(desk: Desk, from: string, to: string): OwnDates<HourTotal> {
  const dates = ownDates(desk, ownPlaces(desk, from, to), from, to)
  const points = dates.flatMap(date =>
    [...hoursShown(desk, date)]
      .sort(([a], [b]) => a - b)
      .map(([hour, groups]) => hourTotal(hour, groups, desk.classify))
      .filter(total => total.premium_tokens + total.mini_tokens > 0),
  )
  return { dates, shared: [], points }
}

export function ownDays(desk: Desk, from: string, to: string): OwnDates<DayPoint> {
  const places = ownPlaces(desk, from, to)
  const days = places.flatMap(({ date }) => dayOf(desk, date) ?? [])
  return {
    dates: ownDates(desk, places, from, to),
    shared: [],
    points: days.map(day => dayPointOf(day, desk.classify)),
  }
}

/** What was used under one id in each hour of a date; null where D1 has the date. */
export function ownRowHours(
  desk: Desk,
  { date, by, id }: { date: string; by: RowHoursBy; id: string },
): RowHour[] | null {
  if (!ownDates(desk, ownPlaces(desk, date, date), date, date).includes(date)) return null
  return [...hoursShown(desk, date)]
    .sort(([a], [b]) => a - b)
    .map(([timestamp, groups]) => {
      const parts = partsOf(groups.values(), by, desk.classify).filter(part => part.id === id)
      return {
        timestamp,
        tokens_used: parts.reduce((sum, part) => sum + totalTokens(part), 0),
        requests: parts.reduce((sum, { requests }) => sum + requests, 0),
      }
    })
    .filter(({ tokens_used, requests }) => tokens_used + requests > 0)
}

export function hourPage(desk: Desk, limit: number, offset: number): HourPage {
  const today = dateOf(Math.floor(desk.ports.now() / 1000))
  const places = readDayPlaces(desk.ports.sql, addDays(today, -KEPT_DAYS), today)
  const counted = places.map(place => ({
    date: place.date,
    isOwn: !place.handed,
    // Of a day that still moves, the list has more than the hours that were read.
    entries: place.settled ? place.hourEntries : countEntries(hoursShown(desk, place.date)),
  }))
  const { total, parts } = locateParts(counted, limit, offset)
  return {
    total,
    parts: parts.map((part): HourPart => {
      if (!part.isOwn) {
        const { oldest, newest, skip, take } = part
        return { from: 'd1', fromHour: startOf(oldest), toHour: endOf(newest), offset: skip, limit: take }
      }
      const entries = part.dates.flatMap(date => modelHours(hoursShown(desk, date), desk.classify))
      return { from: 'object', entries: entries.slice(part.skip, part.skip + part.take) }
    }),
  }
}

function ownPlaces(desk: Desk, from: string, to: string): DayPlace[] {
  return readDayPlaces(desk.ports.sql, from, to)
    .filter(place => !place.handed)
    .reverse()
}

/** Today is the object's before its first poll too. */
function ownDates({ ports }: Desk, places: readonly DayPlace[], from: string, to: string): string[] {
  const today = dateOf(Math.floor(ports.now() / 1000))
  const dates = places.map(({ date }) => date)
  return today < from || today > to || dates.includes(today) ? dates : [...dates, today]
}

function dayOf(desk: Desk, date: string) {
  return desk.memory.days.get(date) ?? readDay(desk.ports.sql, date)
}

/** The hours of a date as they are shown. */
function hoursShown(desk: Desk, date: string): Hours {
  const held = readHours(desk.ports.sql, date)
  const day = desk.memory.days.get(date)
  // A settled day has in its hours all that it will have.
  if (day === undefined) return held
  const nowS = Math.floor(desk.ports.now() / 1000)
  const last = Math.min(endOf(date) - HOUR_S, floorTo(nowS, HOUR_S))
  return withUnplaced(held, day.groups, last, desk.classify)
}

/** By hour, newest first, then by model name, over service tiers and projects; only what was used. */
function modelHours(hours: Hours, classify: Classify): ModelHour[] {
  return [...hours].sort(([a], [b]) => b - a).flatMap(([hour, groups]) => modelsOf(hour, groups, classify))
}

function modelsOf(hour: number, groups: GroupMap, classify: Classify): ModelHour[] {
  const byModel = new Map<string, ModelHour>()
  for (const group of groups.values()) {
    const held = byModel.get(group.model)
    byModel.set(group.model, {
      hour,
      model: group.model,
      tier: classify(group.model).tier,
      input_tokens: (held?.input_tokens ?? 0) + group.input,
      output_tokens: (held?.output_tokens ?? 0) + group.output,
    })
  }
  return [...byModel.values()]
    .filter(entry => entry.input_tokens + entry.output_tokens > 0)
    .sort((a, b) => (a.model < b.model ? -1 : 1))
}
