import type { HourAnswer, StatusAnswer } from '../engine/loadProduct.ts'
import { EMPTY_AFTER_HOURS } from '../scenario/lastingScenario.ts'
import { isUpstreams, type LastingFault } from '../world/lastingFault.ts'
import type { World } from '../world/world.ts'
import { isCrossed } from './checkAlerts.ts'
import { channelOf } from './checkDeliveries.ts'
import { checkHistory } from './checkHistory.ts'
import { atRest, checkConduct, checkTotals } from './checkSettled.ts'
import { type Failure, Findings } from './failure.ts'
import { DAY, dateText, HOUR, midnightOf, truthOf } from './truth.ts'

const OPEN_DAYS = 3
/** The first poll after a failure and its retries: two failures come before a date is read by itself. */
const NOTICED_WITHIN_S = 90
const SENT_WITHIN_MS = 300_000

/** One thing has failed for days, and goes on: all else is exact and in time, and the status says what fails. */
export async function checkLasting(world: World): Promise<Failure[]> {
  const findings = new Findings()
  const fault = world.scenario.ops.find(op => op.kind === 'lasting')?.fault
  if (fault === undefined) return findings.failures
  await atRest(world)
  const status = await world.platform.call(object => object.status())
  findings.equal('status', status?.state, 'ok', () => 'status().state')
  checkShown(fault, status, findings)
  await checkTotals(world, findings)
  checkOpenDays(fault, status, findings)
  await checkHistory(world, findings, 5, new Set())
  await checkEveryDay(world, findings)
  if (fault.kind === 'hoursOfDate' && fault.empty) await checkKept(world, fault.date, findings)
  checkInTime(world, fault, findings)
  checkSmall(world, findings)
  checkConduct(world, findings)
  return findings.failures
}

/** Where an operator looks for it. */
function checkShown(fault: LastingFault, status: StatusAnswer | null, findings: Findings): void {
  const reads = status?.reads ?? []
  const shows = (kinds: readonly string[], date?: number) =>
    findings.expect(
      'status',
      reads.some(read => kinds.includes(read.kind) && (date === undefined || read.date === dateText(date))),
      () => `the status does not say that ${JSON.stringify(fault)} fails: ${JSON.stringify(reads)}`,
    )
  if (isUpstreams(fault) && fault.kind !== 'width') shows(READ_OF[fault.kind], 'date' in fault ? fault.date : undefined)
  // Where minutes fail, the curve is rebuilt by hours, and nothing is left that fails.
  if (fault.kind === 'width' && fault.width === '1m')
    findings.equal('bounded', status?.missed_ticks_pending, 0, () => 'stretches whose minutes cannot be read')
  if (fault.kind === 'width' && fault.width === '1h') shows(['hours'])
  if (fault.kind === 'receiver') {
    const channel = status?.deliveries.channels.find(({ channel }) => channel === channelOf(fault.receiver))
    const isSaid = channel?.state === 'retrying' || channel?.state === 'parked'
    findings.expect('status', isSaid, () => `the status says of the receiver ${JSON.stringify(channel)}`)
  }
  const isOfD1 = fault.kind.startsWith('d1')
  const due = fault.kind === 'd1Unmigrated' ? 'needs_migration' : isOfD1 ? 'failing' : 'ok'
  if (fault.kind === 'd1Table' && fault.forGood)
    findings.expect('status', (status?.outbox.parked ?? 0) > 0, () => 'no row is said to be refused by D1')
  else findings.equal('status', status?.history.state, due, () => `status().history while ${fault.kind}`)
}

const READ_OF = { date: ['day'], spoiledDate: ['day'], hoursOfDate: ['hours'], costs: ['costs'] } as const

/** A date that cannot be read stays open until it is given up; nothing else does. */
function checkOpenDays(fault: LastingFault, status: StatusAnswer | null, findings: Findings): void {
  const open = status?.open_days ?? []
  const most = OPEN_DAYS + ('date' in fault && fault.kind !== 'hoursOfDate' ? 1 : 0)
  findings.expect('bounded', open.length <= most, () => `open days: ${open}`)
}

/** Days are closed and exact in the object, whatever D1 does: D1 has those of which the object says so. */
async function checkEveryDay(world: World, findings: Findings): Promise<void> {
  const now = world.timeline.now / 1000
  const today = midnightOf(dateText(now))
  const first = Math.max(midnightOf(dateText(world.scenario.start / 1000)) - 20 * DAY, today - 80 * DAY)
  const own = await world.platform.call(object => object.ownDays(dateText(first), dateText(now)))
  for (let start = first; start <= today - 3 * DAY; start += DAY) {
    const date = dateText(start)
    const truth = truthOf(world.ledger, start, start + DAY, now)
    const point = own?.points.find(point => point.date === date)
    const rows = own?.dates.includes(date)
      ? [point?.premium_tokens, point?.mini_tokens, point?.final]
      : inD1(world, date)
    const fault = world.scenario.ops.find(op => op.kind === 'lasting')?.fault
    // A date of the first month that was never read is known to nobody.
    const isUnread =
      fault !== undefined && 'date' in fault && fault.date === start && start * 1000 < world.scenario.start
    if (isUnread && fault.kind !== 'hoursOfDate') continue
    findings.equal('summaries', rows, [truth.premium.tokens, truth.mini.tokens, true], () => `the day ${date}`)
  }
}

function inD1({ d1 }: World, date: string): unknown[] {
  const rows = d1.read<{ tier: string; tokens_used: number; final: number }>(
    'SELECT * FROM daily_summaries WHERE date = ? ORDER BY tier DESC',
    date,
  )
  return [...rows.map(row => row.tokens_used), rows.length > 0 && rows.every(row => row.final === 1)]
}

/** Each crossing is noticed by the next poll, and each message is with the receivers that are well soon after. */
function checkInTime(world: World, fault: LastingFault, findings: Findings): void {
  const { ledger, scenario, settings, disk, receivers, platform } = world
  const [{ settings: set } = { settings: scenario.settings }] = settings
  const alerts = disk.read<{
    date: string
    tier: 'premium' | 'mini'
    threshold: number
    timestamp: number
    message_id: string
  }>("SELECT date, tier, threshold, timestamp, message_id FROM alert_book WHERE kind = 'threshold'")
  const every = scenario.everyMinutes * 60
  const isAway = (at: number) =>
    platform.downTimes.some(({ from, to }) => at * 1000 >= from - every * 1000 && at * 1000 <= to)
  const first = midnightOf(dateText(scenario.start / 1000)) + DAY
  for (let start = first; start + DAY < world.timeline.now / 1000; start += DAY) {
    for (const tier of ['premium', 'mini'] as const) {
      const limit = tier === 'premium' ? set.premiumLimit : set.miniLimit
      for (const threshold of set.thresholds) {
        const at = crossedAt(ledger, start, tier, limit, threshold)
        if (at === null || isAway(at)) continue
        const alert = alerts.find(
          each => each.date === dateText(start) && each.tier === tier && each.threshold === threshold,
        )
        const late = (alert?.timestamp ?? Number.POSITIVE_INFINITY) - at
        findings.expect(
          'alerts',
          late <= every + NOTICED_WITHIN_S,
          () => `${dateText(start)} ${tier} ${threshold}: ${late} s after`,
        )
      }
    }
  }
  const isWell = (receiver: number) =>
    fault.kind !== 'noReceiver' && (fault.kind !== 'receiver' || receiver !== fault.receiver)
  const well = set.receivers.filter(isWell)
  for (const alert of alerts) {
    for (const receiver of well) {
      const key = `${alert.date} ${alert.tier} ${alert.threshold}`
      const others = alerts.filter(({ message_id }) => message_id === alert.message_id)
      if (others.some(({ threshold }) => threshold > alert.threshold) || alert.message_id.startsWith('missed')) continue
      const arrival = receivers.arrivals.find(each => each.receiver === receiver && each.key === key && each.taken)
      const late = (arrival?.at ?? Number.POSITIVE_INFINITY) - alert.timestamp * 1000
      findings.expect(
        'deliveries',
        late <= SENT_WITHIN_MS,
        () => `${key} came to ${channelOf(receiver)} ${late} ms after`,
      )
    }
  }
}

function crossedAt(ledger: World['ledger'], start: number, tier: 'premium' | 'mini', limit: number, threshold: number) {
  const now = start + 30 * DAY
  for (const use of ledger.visible(start, start + DAY, now)) {
    const tokens = truthOf(ledger, start, use.at + 1, now)[tier].tokens
    if (isCrossed(tokens, limit, threshold)) return use.at
  }
  return null
}

/** Hours that were read before the answers became empty are still there. */
async function checkKept(world: World, start: number, findings: Findings): Promise<void> {
  const date = dateText(start)
  const own = await world.platform.call(object => object.ownHours(date, date))
  const points = own?.dates.includes(date) ? own.points : world.d1.read<HourAnswer>('SELECT * FROM hour_totals')
  const until = start + EMPTY_AFTER_HOURS * HOUR - HOUR
  for (let hour = start; hour < until; hour += HOUR) {
    if (hour < world.scenario.start / 1000) continue
    const truth = truthOf(world.ledger, hour, hour + HOUR, world.timeline.now / 1000)
    const point = points.find(each => each.hour === hour)
    const held = [point?.premium_tokens ?? 0, point?.mini_tokens ?? 0]
    findings.equal('hours', held, [truth.premium.tokens, truth.mini.tokens], () => `the hour ${hour}, read before`)
  }
}

const MOST_ROWS_OF_HOURS = 24 * 70

/** What is owed to D1 is the object's own books, no queue beside them; nothing is tried without end. */
function checkSmall({ disk }: World, findings: Findings): void {
  for (const table of ['hour_book', 'tick_book', 'day_book', 'side_read', 'gap', 'message', 'history_entry']) {
    const n = disk.read<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n ?? 0
    findings.expect('bounded', n <= MOST_ROWS_OF_HOURS, () => `${table} has ${n} rows`)
  }
}
