import type { World } from '../world/world.ts'
import type { Findings } from './failure.ts'
import { DAY, dateText, HOUR, midnightOf } from './truth.ts'

/** Nothing is owed to anybody, nothing fails, and nothing is kept that has no use. */
export async function checkRest(world: World, findings: Findings): Promise<void> {
  const { disk, platform } = world
  const status = await platform.call(object => object.status())
  findings.equal('status', status?.state, 'ok', () => 'status().state')
  findings.equal('status', status?.history.state, 'ok', () => 'status().history.state')
  findings.equal('status', status?.backfill, 'done', () => 'status().backfill')
  findings.equal('status', status?.outbox, { pending: 0, parked: 0, oldest_at: null }, () => 'status().outbox')
  findings.equal('status', await platform.call(object => object.ready()), true, () => 'ready()')
  const count = (sql: string) => disk.read<{ n: number }>(sql)[0]?.n
  checkNothingOwed(world, findings)
  findings.equal(
    'outbox',
    count("SELECT count(*) AS n FROM delivery WHERE state = 'pending'"),
    0,
    () => 'messages owed',
  )
  const now = platform.clockMs()
  const { alarm } = platform
  const latest = now + world.scenario.everyMinutes * 60_000 + 1000
  findings.expect('alarm', alarm !== null && alarm > now && alarm <= latest, () => `alarm is ${alarm}, now is ${now}`)
  checkBounded(world, findings)
}

const SEEN_WITHIN_S = 4 * DAY + 2 * HOUR

/** Every row of the books that is due has been acknowledged by D1; no stretch of curve and no side read is left. */
export function checkNothingOwed({ disk, platform }: World, findings: Findings): void {
  const hour = platform.clockMs() / 1000 - 2 * HOUR
  const owed = (table: string, due: string) =>
    disk.read(`SELECT * FROM ${table} WHERE acked < revision AND ${due} LIMIT 2`)
  findings.equal('outbox', owed('alert_book', 'true'), [], () => 'alerts owed to D1')
  findings.equal('outbox', owed('tick_book', 'true'), [], () => 'ticks owed to D1')
  findings.equal('outbox', owed('day_book', 'final = 1'), [], () => 'closed days owed to D1')
  findings.equal('outbox', owed('hour_book', `hour <= ${hour}`), [], () => 'hours owed to D1')
  findings.equal('outbox', owed('cost_book', 'final = 1'), [], () => 'costs owed to D1')
  const usage = disk.read('SELECT date FROM day_book WHERE usage_acked < groups_revision AND final = 1')
  findings.equal('outbox', usage, [], () => 'groups of closed days owed to D1')
  // That D1 has all of a date is seen with the next day or hour that it takes.
  const seen = dateText(platform.clockMs() / 1000 - SEEN_WITHIN_S)
  const unhanded = disk.read('SELECT date FROM day_book WHERE settled = 1 AND handed = 0 AND date < ?', seen)
  findings.equal('outbox', unhanded, [], () => 'settled days that D1 does not have whole')
  findings.equal('outbox', disk.read('SELECT * FROM history_entry'), [], () => 'entries of an older release')
  findings.equal('outbox', disk.read('SELECT * FROM gap LIMIT 2'), [], () => 'stretches of curve owed')
  findings.equal(
    'outbox',
    disk.read("SELECT * FROM side_read WHERE kind <> 'filter' AND next_ms IS NOT NULL"),
    [],
    () => 'side reads owed',
  )
}

/** Of a date that D1 has whole the object keeps the day only; of the open ones it keeps three days. */
function checkBounded({ disk, platform }: World, findings: Findings): void {
  const count = (sql: string) => disk.read<{ n: number }>(sql)[0]?.n
  const oldest = midnightOf(dateText(platform.clockMs() / 1000 - SEEN_WITHIN_S))
  for (const table of ['hour_book', 'tick_book']) {
    const kept = count(`SELECT count(*) AS n FROM ${table} WHERE hour < ${oldest}`)
    findings.equal('bounded', kept, 0, () => `rows of ${table} of closed days`)
  }
  findings.equal('bounded', count('SELECT count(*) AS n FROM poll_state'), 1, () => 'rows of poll_state')
}
