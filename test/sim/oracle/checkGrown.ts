import type { World } from '../world/world.ts'
import type { Findings } from './failure.ts'
import { DAY } from './truth.ts'

// What it costs to be awake, and what is kept: of an old object as of a young one, of a large organisation as of a small one.

/** What one run may ask for in all: https://developers.cloudflare.com/workers/platform/limits/ allows 50. */
const MOST_ASKED = 40
const MOST_ROWS_WRITTEN_A_DAY = 6_000

/** No run of the alarm asks for more than it may. What an earlier one has under way is not its own. */
export function checkBudget({ wakes }: World, findings: Findings): void {
  const worst = wakes.runs.reduce((most, run) => (run.asked > most.asked ? run : most), { at: 0, asked: 0 })
  findings.expect('bounded', worst.asked <= MOST_ASKED, () => `the wake at ${worst.at} asked for ${worst.asked}`)
}

export function checkWritten({ wakes, scenario }: World, findings: Findings): void {
  const byDay = Map.groupBy(wakes.costs, ({ at }) => Math.floor((at - scenario.start) / 86_400_000))
  for (const [day, of] of byDay) {
    const written = of.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0)
    findings.expect('bounded', written <= MOST_ROWS_WRITTEN_A_DAY, () => `${written} rows written on day ${day}`)
  }
}

const WEEK_MS = 7 * 86_400_000
const YOUNG_FROM_MS = 3 * 86_400_000
const YOUNG_TO_MS = 6 * 86_400_000
/** Beside what a wake reads when the object is young. */
const ROWS_READ_MAY_GROW = 2

/** A wake of the last week reads about as many rows as one of its first, and no table has grown with the age. */
export function checkAge(world: World, findings: Findings): void {
  const { wakes, scenario, disk } = world
  const mean = (from: number, to: number) => {
    const of = wakes.costs.filter(({ at }) => at >= from && at < to)
    return of.reduce((sum, { rowsRead }) => sum + rowsRead, 0) / Math.max(1, of.length)
  }
  const young = mean(scenario.start + YOUNG_FROM_MS, scenario.start + YOUNG_TO_MS)
  const old = mean(scenario.heal - WEEK_MS, scenario.heal)
  findings.expect(
    'bounded',
    young > 0 && old <= young * ROWS_READ_MAY_GROW,
    () => `a wake reads ${old} rows at the end, and read ${young} when it was young`,
  )
  const count = (table: string) => disk.read<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n ?? 0
  const deliveries = 31 * 8 * scenario.settings.receivers.length
  const most = {
    day_book: 404,
    hour_book: 24 * 6,
    tick_book: 24 * 6,
    message: 31 * 8,
    delivery: deliveries,
    side_read: 10,
    gap: 0,
  }
  for (const [table, rows] of Object.entries(most))
    findings.expect('bounded', count(table) <= rows, () => `${table} has ${count(table)} rows, and may have ${rows}`)
  const oldest = disk.read<{ at: number }>('SELECT min(timestamp) AS at FROM alert_book')[0]?.at ?? 0
  findings.expect('bounded', oldest >= world.timeline.now / 1000 - 404 * DAY, () => `an alert of ${oldest} is kept`)
}
