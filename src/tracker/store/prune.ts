import { addDays, DAY_S, startOf } from '../../usage/utcDay.ts'
import type { Sql } from './sql.ts'
import { thinTicks } from './tickStore.ts'

/** What the API can ask for at most (400 days), with a little to spare. */
export const KEPT_DAYS = 402
/** Messages and their deliveries: the alert itself stays as long as the days. */
const KEPT_MESSAGE_DAYS = 30
/** A forecast looks back 28 days. */
const KEPT_PROFILE_DAYS = 31
/** Snapshots that D1 has not taken are kept as they are so long, and by the hour from then on. */
const WHOLE_TICK_DAYS = 31
/** A side read that was given up stands in the status so long. */
const KEPT_READ_DAYS = 30

const REFUSALS = [
  ['alert_book', 'refused'],
  ['tick_book', 'refused'],
  ['day_book', 'refused'],
  ['day_book', 'usage_refused'],
  ['hour_book', 'refused'],
  ['cost_book', 'refused'],
] as const

/** Once a day: what is too old goes. `since`: the date of the last time, empty for never. */
export function prune(sql: Sql, today: string, since: string): void {
  const oldest = addDays(today, -KEPT_DAYS)
  sql.all('DELETE FROM day_book WHERE date < ? AND settled = 1', oldest)
  sql.all('DELETE FROM cost_book WHERE date < ?', oldest)
  sql.all('DELETE FROM profile_book WHERE date < ?', addDays(today, -KEPT_PROFILE_DAYS))
  sql.all('DELETE FROM hour_book WHERE hour < ?', startOf(oldest))
  sql.all('DELETE FROM tick_book WHERE hour < ?', startOf(oldest))
  sql.all('DELETE FROM gap WHERE from_s < ?', startOf(oldest))
  sql.all('DELETE FROM alert_book WHERE timestamp < ?', startOf(oldest))
  const before = startOf(addDays(today, -KEPT_MESSAGE_DAYS)) * 1000
  sql.all('DELETE FROM delivery WHERE created_ms < ?', before)
  sql.all('DELETE FROM message WHERE created_ms < ?', before)
  sql.all(
    'DELETE FROM side_read WHERE next_ms IS NULL AND since_ms < ?',
    (startOf(today) - KEPT_READ_DAYS * DAY_S) * 1000,
  )
  // A row that D1 refused for good is offered once more: somebody may have mended the table.
  for (const [table, column] of REFUSALS) sql.all(`UPDATE ${table} SET ${column} = NULL WHERE ${column} IS NOT NULL`)
  thinTicks(
    sql,
    startOf(since === '' ? oldest : addDays(since, -WHOLE_TICK_DAYS)),
    startOf(addDays(today, -WHOLE_TICK_DAYS)),
  )
}

/** D1 has these hours and ticks: the object keeps the day only. */
export function forgetHandedHours(sql: Sql, from: number, to: number): void {
  sql.all('DELETE FROM hour_book WHERE hour >= ? AND hour < ?', from, to)
  sql.all('DELETE FROM tick_book WHERE hour >= ? AND hour < ?', from, to)
}
