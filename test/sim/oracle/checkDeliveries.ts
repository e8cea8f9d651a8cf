import { createHash } from 'node:crypto'
import { type Arrival, missedKey, RECEIVER_URLS } from '../world/receivers.ts'
import type { World } from '../world/world.ts'
import type { AlertRow } from './checkAlerts.ts'
import { readWatchRows, watchKey } from './checkWatch.ts'
import type { Findings } from './failure.ts'
import { readNoticeKeys } from './noticeRows.ts'

interface DeliveryRow {
  message_id: string
  channel: string
  state: 'pending' | 'delivered' | 'parked'
  attempts: number
  created_ms: number
  last_error: string | null
}

const KINDS = ['slack', 'discord', ...RECEIVER_URLS.slice(2).map(() => 'generic')] as const
/** Retries end 24 h after the alert; the last wait may reach an hour back from there. */
const MAY_GIVE_UP_AFTER_MS = 22.9 * 3_600_000
const MOST_ATTEMPTS = 41

/** Every message reached every receiver that would have it, and none twice without a reason. */
export function checkDeliveries(world: World, findings: Findings): void {
  const alerts = world.disk.read<AlertRow>("SELECT * FROM alert_book WHERE kind = 'threshold'")
  const deliveries = world.disk.read<DeliveryRow>('SELECT * FROM delivery')
  const keys = alertKeys(world, alerts, findings)
  checkShared(alerts, findings)
  for (const [id] of keys) if (id.startsWith('alert-')) checkWaited(world, id, alerts, deliveries, findings)
  for (const [id, key] of readNoticeKeys(world)) keys.set(id, key)
  const watch = readWatchRows(world)
  for (const row of watch) keys.set(row.id, watchKey(row))
  const overtaken = new Set(watch.slice(0, -1).map(({ id }) => id))
  for (const [id, key] of keys) {
    const rows = deliveries.filter(row => row.message_id === id)
    for (const receiver of receiversThroughout(world, rows[0]?.created_ms ?? 0)) {
      const row = rows.find(row => row.channel === channelOf(receiver))
      // News of the watch that other news has overtaken are not owed any more.
      if (row === undefined && overtaken.has(id)) continue
      checkArrived(world, key, row, receiver, findings)
    }
  }
  // Messages leave after 30 days.
  const oldest = world.timeline.now - 29 * 86_400_000
  for (const arrival of world.receivers.arrivals.filter(({ at }) => at > oldest))
    checkArrival(world, arrival, keys, findings)
  checkRepeats(world, findings)
}

/** What one reading finds on days that are over is told in one message. */
function checkShared(alerts: readonly AlertRow[], findings: Findings): void {
  for (const [at, of] of Map.groupBy(
    alerts.filter(({ late }) => late === 1),
    ({ timestamp }) => timestamp,
  )) {
    const ids = new Set(of.map(alert => alert.message_id))
    findings.expect('deliveries', ids.size === 1, () => `${ids.size} messages about days that are over at ${at}`)
  }
}

const HEEDED_WITHIN_MS = 3_600_000

/** A receiver that is set while an alert's day lasts gets the alert, if nobody has got it before. */
function checkWaited(
  world: World,
  id: string,
  alerts: readonly AlertRow[],
  deliveries: readonly DeliveryRow[],
  findings: Findings,
): void {
  const alert = alerts.find(({ message_id }) => message_id === id)
  if (alert === undefined || world.wrongTimes.length > 0) return
  const ends = Date.parse(`${alert.date}T24:00:00Z`)
  const owed = deliveries.filter(row => row.message_id === id)
  const wasHeard = owed.some(({ state }) => state === 'delivered')
  const change = world.settings.find(({ at }) => at > alert.timestamp * 1000 && at + HEEDED_WITHIN_MS < ends)
  if (change === undefined || wasHeard) return
  const isAway = world.platform.downTimes.some(({ from, to }) => from < change.at + HEEDED_WITHIN_MS && to > change.at)
  if (isAway) return
  for (const receiver of receiversThroughout(world, change.at)) {
    const isOwed = owed.some(row => row.channel === channelOf(receiver))
    findings.expect('deliveries', isOwed, () => `${id} did not wait for ${channelOf(receiver)}`)
  }
}

/** What each message about alerts is about, by its id: one date and tier, or several that are over. */
function alertKeys(world: World, alerts: readonly AlertRow[], findings: Findings): Map<string, string> {
  const keys = new Map<string, string>()
  const [state] = world.disk.read<{ installation: string }>('SELECT installation FROM poll_state')
  const installation = state?.installation ?? ''
  findings.expect('deliveries', /^[a-z0-9]{8}$/.test(installation), () => `the installation is ${installation}`)
  const kept = new Set(world.disk.read<{ id: string }>('SELECT id FROM message').map(({ id }) => id))
  for (const [id, of] of Map.groupBy(alerts, alert => alert.message_id)) {
    if (id === null || !kept.has(id)) continue
    const days = [...Map.groupBy(of, ({ date, tier }) => `${date} ${tier}`)].map(
      ([day, alerts]) => `${day} ${Math.max(...alerts.map(({ threshold }) => threshold))}`,
    )
    const [only = ''] = days
    const due = `alert-${installation}-${only.replaceAll(' ', '-').replaceAll('.', '_')}`
    if (id.startsWith('alert-')) findings.equal('deliveries', [id, days.length], [due, 1], () => 'message id')
    else {
      const isMissed = id.startsWith(`missed-${installation}-`) && of.every(({ late }) => late === 1) && days.length > 1
      findings.expect('deliveries', isMissed, () => `message ${id} is about ${days}`)
    }
    keys.set(id, id.startsWith('alert-') ? only : missedKey(days))
  }
  return keys
}

export function channelOf(receiver: number): string {
  const digest = createHash('sha256')
    .update(RECEIVER_URLS[receiver] ?? '')
    .digest('hex')
    .slice(0, 8)
  return `${KINDS[receiver]}-${digest}`
}

/** Configured since the message was made, without a break. Its time is the object's clock, so a wrong one widens it. */
function receiversThroughout(world: World, createdAt: number): number[] {
  const slack = world.wrongTimes.length > 0 ? 13 * 3_600_000 : 0
  const since = world.settings.filter(
    (_, index) => (world.settings[index + 1]?.at ?? Number.POSITIVE_INFINITY) > createdAt - slack,
  )
  return RECEIVER_URLS.map((_, index) => index).filter(index =>
    since.every(({ settings }) => settings.receivers.includes(index)),
  )
}

function checkArrived(
  world: World,
  key: string,
  row: DeliveryRow | undefined,
  receiver: number,
  findings: Findings,
): void {
  const name = () => `${key} for ${channelOf(receiver)}`
  findings.expect('deliveries', row !== undefined, () => `${name()} was never owed`)
  if (row === undefined) return
  const tries = world.receivers.arrivals.filter(arrival => arrival.receiver === receiver && arrival.key === key)
  const taken = tries.some(arrival => arrival.taken)
  if (row.state === 'delivered')
    findings.expect('deliveries', taken, () => `${name()} counts as delivered, but never arrived`)
  if (taken) return
  const refused = tries.some(({ status }) => status !== null && [302, 400, 404, 410].includes(status))
  const late = world.timeline.now - row.created_ms >= MAY_GIVE_UP_AFTER_MS || world.wrongTimes.length > 0
  const gaveUp = row.attempts >= MOST_ATTEMPTS || (late && /gave up/.test(row.last_error ?? ''))
  findings.expect(
    'deliveries',
    row.state === 'parked' && (refused || gaveUp),
    () => `${name()} never arrived: ${JSON.stringify(row)}`,
  )
}

/** `keys`: what each message is about, by its id. */
function checkArrival(world: World, arrival: Arrival, keys: ReadonlyMap<string, string>, findings: Findings): void {
  const { key, receiver, at, webhookId } = arrival
  const ids = [...keys].filter(([, other]) => other === key).map(([id]) => id)
  findings.expect(
    'deliveries',
    ids.length > 0,
    () => `${key} came to ${channelOf(receiver)}, but there is no such message`,
  )
  const configured = [at, at - 1000].some(time => world.settingsAt(time).receivers.includes(receiver))
  findings.expect('deliveries', configured, () => `${key} came to ${channelOf(receiver)}, which is not configured`)
  if (KINDS[receiver] !== 'generic') return
  findings.expect('deliveries', ids.includes(webhookId ?? ''), () => `webhook-id of ${key}: ${webhookId}`)
}

/** A second arrival needs a first one whose result could not be known, and says that it may be a repeat. */
function checkRepeats(world: World, findings: Findings): void {
  const cuts = [...world.cuts, ...world.points.struck.map(({ at }) => at)]
  const byPair = Map.groupBy(
    world.receivers.arrivals.filter(arrival => arrival.taken),
    arrival => `${arrival.receiver} ${arrival.key}`,
  )
  for (const [pair, arrivals] of byPair) {
    findings.expect('repeats', arrivals.length <= MOST_ATTEMPTS, () => `${pair} arrived ${arrivals.length} times`)
    for (const [index, arrival] of arrivals.entries()) {
      const before = arrivals[index - 1]
      if (before === undefined) continue
      const excused = before.status === null || cuts.some(time => time >= before.at - 300 && time <= before.at + 20_000)
      findings.expect(
        'repeats',
        excused,
        () => `${pair} arrived twice, ${arrival.at - before.at} ms apart, for no reason`,
      )
      findings.expect(
        'repeats',
        /possible.repeat/i.test(arrival.body),
        () => `${pair} arrived twice and does not say so`,
      )
    }
  }
}
