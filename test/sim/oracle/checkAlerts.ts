import type { Walk } from '../world/upstream.ts'
import type { World } from '../world/world.ts'
import { isLive, isWrong, walkBehind, walksFrom } from './checkSnapshots.ts'
import type { Findings } from './failure.ts'
import { DAY, dateText, midnightOf, sumUp, type TierTruth, type Truth, truthOf } from './truth.ts'

export interface AlertRow {
  id: number
  timestamp: number
  date: string
  tier: 'premium' | 'mini'
  threshold: number
  tokens_used: number
  limit_value: number
  message_id: string | null
  sent: number
  late: number
}

/** Exactly one row for every crossing that was seen, none for one that was not, and D1 has the same ones. */
export function checkAlerts(world: World, findings: Findings): void {
  const rows = world.disk.read<AlertRow>("SELECT * FROM alert_book WHERE kind = 'threshold' ORDER BY id")
  const keys = rows.map(row => `${row.date} ${row.tier} ${row.threshold}`)
  const doubles = keys.filter((key, index) => keys.indexOf(key) !== index)
  findings.equal('alerts', doubles, [], () => 'alerts that were raised twice')
  for (const row of rows) checkCause(world, row, findings)
  for (const row of rows) if (row.late === 1) checkNews(world, row, findings)
  for (const key of mustHaveFired(world))
    findings.expect('alerts', keys.includes(key), () => `${key} was crossed, but there is no alert`)
  checkCopies(world, findings)
}

/** In thousandths of a percent, so that no rounding decides. */
export function isCrossed(tokens: number, limit: number, threshold: number): boolean {
  return BigInt(tokens) * 100_000n >= BigInt(Math.round(threshold * 1000)) * BigInt(limit)
}

function checkCause(world: World, row: AlertRow, findings: Findings): void {
  const name = () => `alert ${row.date} ${row.tier} ${row.threshold} (${row.tokens_used} of ${row.limit_value})`
  findings.expect(
    'alerts',
    isCrossed(row.tokens_used, row.limit_value, row.threshold),
    () => `${name()} is below its threshold`,
  )
  const walk = walksFrom(world, row.timestamp - 1, row.timestamp + POLL_TAKES_S).find(
    walk => countedIn(world, walk, row) === row.tokens_used,
  )
  findings.expect('alerts', walk !== undefined, () => `${name()}: OpenAI never said so`)
  const limits = limitsOf(world, row.date, row.tier)
  findings.expect('alerts', limits.includes(row.limit_value), () => `${name()}: the limit was never that`)
  const known = world.settings.some(({ settings }) => settings.thresholds.includes(row.threshold))
  findings.expect('alerts', known, () => `${name()}: nobody set this threshold`)
  const first = Math.min(...world.openai.walks.filter(walk => walk.width === '1d').map(walk => walk.clockS))
  findings.expect('alerts', row.date >= dateText(first), () => `${name()}: the day was over before the first poll`)
}

type Counts = 'all' | 'free'

/** What is compared with the limit. */
function counted({ tokens, free }: TierTruth, counts: Counts): number {
  return counts === 'free' ? free : tokens
}

function countedIn(world: World, walk: Walk, { date, tier }: AlertRow): number {
  return counted(totalsOf(walk.sums, date)[tier], world.settingsAt(walk.startedAt).limitCounts)
}

/** A day that is over fires because OpenAI's figures of it moved; what it had reached before is no news. */
function checkNews(world: World, row: AlertRow, findings: Findings): void {
  if (world.wrongTimes.length > 0) return
  const start = midnightOf(row.date)
  const counts = world.settingsAt(row.timestamp * 1000).limitCounts
  const before = world.openai.walks.filter(
    ({ width, from, to, clockS, spoiled }) =>
      width === '1d' &&
      from <= start &&
      to > start &&
      clockS >= start &&
      clockS < row.timestamp &&
      !spoiled.includes(start),
  )
  const isCrossedIn = (walk: Walk) =>
    isCrossed(counted(totalsOf(walk.sums, row.date)[row.tier], counts), row.limit_value, row.threshold)
  const isStored = ({ startedAt, endedAt, lie, spoiled }: Walk) =>
    !lie && spoiled.length === 0 && !isDisturbed(world, startedAt, endedAt + STORED_WITHIN_MS)
  const known = before.findLastIndex(isStored)
  findings.expect(
    'alerts',
    known < 0 || before.slice(known).some(walk => !isCrossedIn(walk)),
    () => `alert ${row.date} ${row.tier} ${row.threshold} tells at ${row.timestamp} of what was known before`,
  )
}

/** An alert is dated when its poll began; a steep fall is read a second time. */
const POLL_TAKES_S = 125
const STORED_WITHIN_MS = 1000

function isDisturbed({ cuts, points }: World, from: number, to: number): boolean {
  return [...cuts, ...points.struck.map(({ at }) => at)].some(at => at >= from && at <= to)
}

/** By what polls saw of their own day, and by what the open days came to with thresholds that were there all the time. */
function mustHaveFired(world: World): Set<string> {
  const must = new Set<string>()
  const add = (
    date: string,
    truth: Truth,
    limits: Record<'premium' | 'mini', number>,
    thresholds: readonly number[],
    counts: Counts,
  ) => {
    for (const tier of ['premium', 'mini'] as const) {
      for (const threshold of thresholds) {
        if (isCrossed(counted(truth[tier], counts), limits[tier], threshold)) must.add(`${date} ${tier} ${threshold}`)
      }
    }
  }
  const rows = world.d1.read<Parameters<typeof walkBehind>[1]>('SELECT * FROM usage_snapshots')
  let first = Number.POSITIVE_INFINITY
  for (const row of rows) {
    const walk = walkBehind(world, row)
    if (walk === null || !isLive(world, row, walk)) continue
    // A clock that went back before the start saw days that were over.
    if (row.date < dateText(world.scenario.start / 1000) && isWrong(world, row.timestamp)) continue
    first = Math.min(first, row.timestamp)
    const { premiumLimit, miniLimit, thresholds, limitCounts } = world.settingsAt(walk.startedAt)
    add(row.date, totalsOf(walk.sums, row.date), { premium: premiumLimit, mini: miniLimit }, thresholds, limitCounts)
  }
  const now = world.timeline.now / 1000
  for (let start = midnightOf(dateText(now)); start + 3 * DAY > now; start -= DAY) {
    const date = dateText(start)
    if (start + DAY <= first) continue
    const limits = {
      premium: Math.max(...limitsOf(world, date, 'premium')),
      mini: Math.max(...limitsOf(world, date, 'mini')),
    }
    const settings = settingsSince(world, date)
    const [oldest = []] = settings.map(({ thresholds }) => thresholds)
    const lasting = oldest.filter(threshold => settings.every(({ thresholds }) => thresholds.includes(threshold)))
    const [counts = 'all', ...others] = new Set(settings.map(({ limitCounts }) => limitCounts))
    // What a day that is over had reached by another count is no news.
    if (others.length > 0) continue
    add(date, truthOf(world.ledger, start, start + DAY, now), limits, lasting, counts)
  }
  return must
}

/** Limits in force on the date or later. */
function limitsOf(world: World, date: string, tier: 'premium' | 'mini'): number[] {
  return settingsSince(world, date).map(({ premiumLimit, miniLimit }) =>
    tier === 'premium' ? premiumLimit : miniLimit,
  )
}

/** In force on the date, the day before it, or later. */
function settingsSince(world: World, date: string) {
  const start = midnightOf(date) * 1000
  return world.settings
    .filter((_, index) => (world.settings[index + 1]?.at ?? Number.POSITIVE_INFINITY) > start - DAY * 1000)
    .map(({ settings }) => settings)
}

function totalsOf(sums: readonly { start: number; sum: Parameters<typeof sumUp>[0][number] }[], date: string): Truth {
  const start = midnightOf(date)
  return sumUp(sums.filter(part => part.start === start).map(({ sum }) => sum))
}

function checkCopies(world: World, findings: Findings): void {
  const columns = 'id, timestamp, date, tier, threshold, tokens_used, limit_value, message, late'
  const held = world.disk.read(`SELECT ${columns} FROM alert_book WHERE kind = 'threshold' ORDER BY id`)
  findings.equal('alerts', world.d1.read(`SELECT ${columns} FROM alerts ORDER BY id`), held, () => "D1's alerts")
  // A message leaves after 30 days; its alert goes on saying whether it was sent.
  const sent = world.disk.read(
    `SELECT id, CASE WHEN EXISTS (SELECT 1 FROM message WHERE message.id = message_id)
       THEN EXISTS (SELECT 1 FROM delivery WHERE delivery.message_id = alert_book.message_id AND state = 'delivered')
       ELSE sent END AS sent
     FROM alert_book WHERE kind = 'threshold' ORDER BY id`,
  )
  findings.equal('alerts', world.d1.read('SELECT id, sent FROM alerts ORDER BY id'), sent, () => "D1's `sent`")
  findings.equal(
    'alerts',
    world.disk.read("SELECT id, sent FROM alert_book WHERE kind = 'threshold' ORDER BY id"),
    sent,
    () => "the object's `sent`",
  )
}
