import { expect } from 'vitest'
import type { DayPoint, HourPoint } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { dateAt, everyHour, ledgerDays, ledgerEntries, shownEntries } from './ledgerHistory.ts'

export const SLOT = 6 * 3600
export const NOON = MIDNIGHT + 12 * 3600
/** What a tracker that starts at noon begins with: the curve of a week, the days of a month. */
export const CURVE_FROM = MIDNIGHT - 7 * DAY
export const MONTH_FROM = MIDNIGHT - 30 * DAY

/** A tracker with a month behind it, six-hourly polls and something in every hour. */
export async function running(vars = {}, migrated = true): Promise<World> {
  const world = await World.make({ vars: { POLL_CRON: '0 */6 * * *', ...vars }, migrated })
  everyHour(world, MONTH_FROM - DAY, MIDNIGHT + 8 * DAY)
  await world.catchUp()
  return world
}

// What is asked of history, each with the answer that the ledger gives.

async function rawIsExact(
  world: World,
  query: string,
  { from, to = world.now, most }: { from: number; to?: number; most: number },
): Promise<void> {
  const points = await world.history(query)
  const slots = points.map(({ timestamp }) => timestamp)
  expect(points).toEqual(
    slots.map(slot => {
      const midnight = Math.floor(slot / DAY) * DAY
      const { premium, mini } = world.truth(midnight, slot)
      return { timestamp: slot, date: dateAt(midnight), premium_tokens: premium, mini_tokens: mini }
    }),
  )
  // Each hour before the start, each slot after it.
  for (let slot = from; slot <= to; slot += slot < NOON ? 3600 : SLOT) expect(slots).toContain(slot)
  expect(slots.length).toBeLessThanOrEqual(most)
}

async function hoursAreExact(world: World, query: string, from: number, to: number): Promise<void> {
  const points = await world.history<HourPoint>(query)
  const hours = []
  for (let hour = from; hour < to; hour += 3600) {
    const midnight = Math.floor(hour / DAY) * DAY
    const [day, one] = [world.truth(midnight, hour + 3600), world.truth(hour, hour + 3600)]
    hours.push({
      timestamp: hour,
      date: dateAt(midnight),
      premium_tokens: day.premium,
      mini_tokens: day.mini,
      premium_hour_tokens: one.premium,
      mini_hour_tokens: one.mini,
    })
  }
  expect(points).toEqual(hours)
}

async function daysAreExact(world: World, query: string, from: number): Promise<void> {
  const today = Math.floor(world.now / DAY) * DAY
  const days = await world.history<DayPoint>(query)
  expect(days.map(day => [day.date, day.premium_tokens, day.mini_tokens, day.final])).toEqual(
    ledgerDays(world, from, today + DAY).map(([...day], n) => [...day, from + n * DAY < today - 2 * DAY]),
  )
}

/** Of dates that the object serves. */
export async function ownIsExact(world: World): Promise<void> {
  const today = Math.floor(world.now / DAY) * DAY
  const hour = Math.floor(world.now / 3600) * 3600
  await rawIsExact(world, 'days=1', { from: Math.ceil((world.now - DAY) / SLOT) * SLOT, most: 30 })
  await rawIsExact(world, `date=${dateAt(today)}`, { from: today, most: 24 })
  await hoursAreExact(world, `date=${DATE}&interval=hour`, MIDNIGHT, Math.min(MIDNIGHT + DAY, hour))
  await hoursAreExact(world, 'days=1&interval=hour', hour - DAY + 3600, hour)
  await daysAreExact(world, 'days=3&interval=day', today - 2 * DAY)
  const { body } = await world.call<{ pagination: { total: number }; data: { id: string }[] }>(
    'GET /api/history?limit=40&offset=5',
  )
  const entries = ledgerEntries(world, CURVE_FROM)
  expect([body.pagination.total, body.data.map(({ id }) => id)]).toEqual([
    entries.length,
    entries.slice(5, 45).map(([timestamp, model]) => `${Date.parse(timestamp) / 1000}-${model}`),
  ])
}

/** Of dates of which D1 has some. */
export async function allIsExact(world: World): Promise<void> {
  const hour = Math.floor(world.now / 3600) * 3600
  const first = hour - 7 * DAY + 3600
  await rawIsExact(world, 'days=7', { from: first, most: 200 })
  const [from, to] = [CURVE_FROM + DAY, CURVE_FROM + 2 * DAY - 3600]
  await rawIsExact(world, `date=${dateAt(from)}`, { from, to, most: 24 })
  await hoursAreExact(world, 'days=7&interval=hour', first, hour)
  await daysAreExact(world, 'days=30&interval=day', Math.floor(world.now / DAY) * DAY - 29 * DAY)
  expect(await shownEntries(world, 200)).toEqual(ledgerEntries(world, CURVE_FROM))
}

/** The same, as queries that D1 must be asked for. */
export const NEEDS_D1 = [
  'days=7',
  `date=${dateAt(CURVE_FROM + DAY)}`,
  'days=7&interval=hour',
  'days=30&interval=day',
  'limit=200&offset=100',
]
