import type { OwnAnswer } from '../engine/loadProduct.ts'
import type { World } from '../world/world.ts'
import type { Findings } from './failure.ts'
import { DAY, dateText, midnightOf, truthOf } from './truth.ts'

/** Dates that the curve of hours reaches at any time of a life: what an open day needs, and some that have closed. */
const LOOKED_BACK_DAYS = 5

interface Totals {
  premium_tokens: number
  mini_tokens: number
}

/**
 * What history shows, put together as the API does it: the dates that the object serves itself from there, all others from D1.
 * The hours of each date, open or closed, add up to the ledger's day; there is none that neither side shows, or both.
 */
export async function checkHistory(
  world: World,
  findings: Findings,
  days = LOOKED_BACK_DAYS,
  excused: ReadonlySet<string> = new Set(),
): Promise<void> {
  const now = world.timeline.now / 1000
  const today = midnightOf(dateText(now))
  const first = dateText(today - days * DAY)
  const hours = await world.platform.call(object => object.ownHours(first, dateText(now)))
  const ticks = await world.platform.call(object => object.ownTicks(first, dateText(now)))
  const summaries = await world.platform.call(object => object.ownDays(first, dateText(now)))
  findings.expect('history', hours !== null && ticks !== null && summaries !== null, () => 'the object did not answer')
  if (hours === null || ticks === null || summaries === null) return
  for (const own of [hours, ticks, summaries])
    findings.expect('history', own.dates.includes(dateText(now)), () => `today is not among ${own.dates}`)
  for (let start = today - days * DAY; start <= today; start += DAY) {
    const date = dateText(start)
    if (excused.has(date)) continue
    const truth = truthOf(world.ledger, start, start + DAY, now)
    const must = [truth.premium.tokens, truth.mini.tokens]
    const held = shown(
      world,
      hours,
      date,
      hours.points.filter(({ hour }) => hour >= start && hour < start + DAY),
      () => world.d1.read<Totals>('SELECT * FROM hour_totals WHERE hour >= ? AND hour < ?', start, start + DAY),
    )
    findings.equal('curve', totalOf(held), must, () => `hours of ${date}, ${placeOf(hours, date)}`)
    const of = shown(
      world,
      summaries,
      date,
      summaries.points.filter(point => point.date === date),
      () => [
        {
          premium_tokens: summaryInD1(world, date, 'premium'),
          mini_tokens: summaryInD1(world, date, 'mini'),
        },
      ],
    )
    findings.equal('curve', totalOf(of), must, () => `the day ${date}, ${placeOf(summaries, date)}`)
    checkTicks(world, ticks, start, findings)
  }
}

/** Who serves a date shows every tick that D1 was given, and no other. */
function checkTicks(world: World, ticks: OwnAnswer<Totals & { timestamp: number }>, start: number, findings: Findings) {
  const date = dateText(start)
  if (!ticks.dates.includes(date) || ticks.shared.includes(date) || world.d1.lasting !== null || !world.d1.migrated)
    return
  const inD1 = world.d1
    .read<{ timestamp: number }>(
      'SELECT timestamp FROM usage_snapshots WHERE timestamp >= ? AND timestamp < ? ORDER BY timestamp',
      start,
      start + DAY,
    )
    .map(({ timestamp }) => timestamp)
  const own = ticks.points.map(({ timestamp }) => timestamp).filter(at => at >= start && at < start + DAY)
  findings.equal('curve', own, inD1, () => `ticks of ${date} in the object and in D1`)
}

function shown<T>(world: World, own: OwnAnswer<unknown>, date: string, held: T[], fromD1: () => T[]): T[] {
  return own.dates.includes(date) ? held : world.d1.migrated ? fromD1() : []
}

function placeOf(own: OwnAnswer<unknown>, date: string): string {
  return own.dates.includes(date) ? 'which the object serves' : 'which D1 serves'
}

function summaryInD1(world: World, date: string, tier: string): number {
  const rows = world.d1.read<{ tokens_used: number }>(
    'SELECT tokens_used FROM daily_summaries WHERE date = ? AND tier = ?',
    date,
    tier,
  )
  return rows[0]?.tokens_used ?? -1
}

function totalOf(points: readonly Totals[]): [number, number] {
  return [
    points.reduce((sum, point) => sum + point.premium_tokens, 0),
    points.reduce((sum, point) => sum + point.mini_tokens, 0),
  ]
}
