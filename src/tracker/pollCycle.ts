import type { UpstreamFault } from '../openai/upstreamFault.ts'
import { faultWords } from '../openai/upstreamFault.ts'
import { foldByDate } from '../usage/foldBuckets.ts'
import { isSteepFall, tierTotals } from '../usage/tierTotals.ts'
import type { GroupMap } from '../usage/usageGroup.ts'
import { dateOf, startOf } from '../usage/utcDay.ts'
import type { AlertView } from '../wire.ts'
import { failingSinceAfter, seeingMessage } from './blindNotice.ts'
import type { Desk } from './desk.ts'
import { openDates } from './memory.ts'
import { oweMessage } from './oweMessage.ts'
import { nextPollAt, notBeforeOf } from './schedule.ts'
import { type Settlement, settleReading } from './settleReading.ts'
import { alertRow, firedKey, insertAlert, readAlertViews } from './store/alertStore.ts'
import { writeDay, writeDayGroups } from './store/dayStore.ts'
import { writeGap } from './store/gapStore.ts'
import { compactHistory, enqueueHistory } from './store/historyQueue.ts'
import { writePollState } from './store/pollState.ts'

// GATHER, SETTLE, COMMIT of the main read: the open days by the day. What a partial or malformed walk says is never
// used, and nothing is written before all of it is known.

export type Trigger = 'alarm' | 'manual'

export type CycleResult =
  | { ok: true; settlement: Settlement; alerts: AlertView[]; requests: number }
  | { ok: false; fault: UpstreamFault; requests: number }

export async function pollCycle(desk: Desk): Promise<CycleResult> {
  const startedAt = desk.ports.now()
  const dates = openDates(desk.memory.days, Math.floor(startedAt / 1000))
  const read = await gatherDays(desk, dates)
  if (!read.ok) {
    commitFailure(desk, read.fault, startedAt)
    return read
  }
  const settlement = settleReading(desk.memory, { readAt: startedAt, groups: read.groups }, desk.config, desk.classify)
  const alerts = commitSettlement(desk, settlement, startedAt, read.simulated)
  return { ok: true, settlement, alerts, requests: read.requests }
}

type ReadDates =
  | { ok: true; groups: Map<string, GroupMap>; requests: number; simulated: boolean }
  | { ok: false; fault: UpstreamFault; requests: number }

/** The groups of all dates; a steep fall is believed only when a second read says the same. */
async function gatherDays(desk: Desk, dates: readonly string[]): Promise<ReadDates> {
  const read = await gatherOnce(desk, dates)
  if (!read.ok || !fallsSteeply(desk, read.groups)) return read
  desk.ports.log({ event: 'steep_fall', detail: 'more than half of a day is gone; reading again before believing it' })
  const again = await gatherOnce(desk, dates)
  return { ...again, requests: read.requests + again.requests }
}

async function gatherOnce(desk: Desk, dates: readonly string[]): Promise<ReadDates> {
  const oldest = dates[0]
  if (oldest === undefined) throw new RangeError('a poll reads at least today')
  const gathered = await desk.gather({ width: '1d', start: startOf(oldest), end: null })
  if (!gathered.ok) return gathered
  const groups = foldByDate(gathered.buckets, dates, desk.classify)
  for (const of of groups.values()) {
    const totals = tierTotals(of.values(), desk.classify)
    if (!Number.isSafeInteger(totals.premium.tokens) || !Number.isSafeInteger(totals.mini.tokens)) {
      const detail = 'the tokens of a day add up to more than can be counted exactly'
      return { ok: false, fault: { kind: 'malformed', detail, requestId: null }, requests: gathered.requests }
    }
  }
  return { ok: true, groups, requests: gathered.requests, simulated: gathered.simulated }
}

function fallsSteeply(desk: Desk, groups: ReadonlyMap<string, GroupMap>): boolean {
  return [...desk.memory.days].some(([date, day]) => {
    const after = groups.get(date)
    return (
      after !== undefined &&
      isSteepFall(tierTotals(day.groups.values(), desk.classify), tierTotals(after.values(), desk.classify))
    )
  })
}

function commitSettlement(desk: Desk, settlement: Settlement, startedAt: number, simulated: boolean): AlertView[] {
  const { sql } = desk.ports
  const now = desk.ports.now()
  let alerts: AlertView[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    for (const { day, changes } of settlement.days) {
      if (day.revision === seq || !sameLimits(memory.days.get(day.date)?.limits, day.limits)) writeDay(sql, day)
      writeDayGroups(sql, day.date, changes)
    }
    const { blindTold } = memory.state
    if (blindTold !== null) oweMessage(desk, seeingMessage(blindTold, seq, now), now)
    const ids = settlement.alerts.flatMap(alert => writeAlert(desk, alert, now))
    if (ids.length > 0) alerts = readAlertViews(sql, `id IN (${ids.join(', ')})`).reverse()
    enqueueHistory(
      sql,
      seq,
      { snapshots: [settlement.snapshot], ...(ids.length > 0 && { alerts: alerts.map(alertRow) }) },
      now,
    )
    for (const gap of settlement.gaps) writeGap(sql, gap)
    const state = {
      ...memory.state,
      seq,
      firstSuccess: memory.state.firstSuccess ?? startedAt,
      lastAttempt: startedAt,
      lastSuccess: startedAt,
      lastSnapshotS: settlement.snapshot.timestamp,
      failures: 0,
      fault: null,
      faultSince: null,
      failingSince: null,
      blindTold: null,
      notBefore: 0,
      simulated,
    }
    state.nextPoll = nextPollAt(desk.config.pollCron, state, now, desk.ports.random())
    writePollState(sql, state)
    return {
      state,
      days: new Map([...memory.days, ...settlement.days.map(({ day }) => [day.date, day] as const)]),
      fired: firedAfter(memory.fired, settlement),
      gaps: [
        ...memory.gaps.filter(gap => !settlement.gaps.some(other => other.fromS === gap.fromS)),
        ...settlement.gaps,
      ],
    }
  })
  compactHistory(sql)
  return alerts
}

function commitFailure(desk: Desk, fault: UpstreamFault, startedAt: number): void {
  const { state } = desk.memory
  const now = desk.ports.now()
  const failed = {
    ...state,
    lastAttempt: startedAt,
    failures: state.failures + 1,
    fault,
    // The same trouble goes on since it began, even when its words change a little.
    faultSince:
      state.fault !== null && faultWords(state.fault).code === faultWords(fault).code ? state.faultSince : now,
    failingSince: failingSinceAfter(state, startedAt),
    notBefore: notBeforeOf(fault, now),
  }
  desk.note({ ...failed, nextPoll: nextPollAt(desk.config.pollCron, failed, now, desk.ports.random()) })
}

/** Row, dedupe key and deliveries of one crossing, in the transaction that saw it. */
function writeAlert(desk: Desk, { firings, message }: Settlement['alerts'][number], now: number): number[] {
  const messageId = oweMessage(desk, message, now)
  return firings.map(firing => insertAlert(desk.ports.sql, firing, messageId))
}

function firedAfter(
  fired: ReadonlyMap<string, ReadonlySet<number>>,
  settlement: Settlement,
): ReadonlyMap<string, ReadonlySet<number>> {
  const after = new Map(fired)
  for (const firing of settlement.alerts.flatMap(alert => alert.firings)) {
    const key = firedKey(firing.date, firing.tier)
    after.set(key, new Set([...(after.get(key) ?? []), firing.threshold]))
  }
  return after
}

function sameLimits(
  a: Settlement['days'][number]['day']['limits'] | undefined,
  b: { premium: number; mini: number },
): boolean {
  return a !== undefined && a.premium === b.premium && a.mini === b.mini
}

/** Today's numbers as they stand, for an answer that asks nobody. */
export function todayTotals(desk: Desk, nowMs: number) {
  const today = dateOf(Math.floor(nowMs / 1000))
  return tierTotals(desk.memory.days.get(today)?.groups.values() ?? [], desk.classify)
}
