import { causesOf, MOST_CAUSES } from '../../alerts/causes.ts'
import { type DigestMessage, digestNotice, MOST_HEADLINES } from '../../alerts/notices/digest.ts'
import { countedTokens } from '../../usage/counted.ts'
import { addSums, type DaySums, daySums, growthSince } from '../../usage/growth.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import { addDays, dateOf, datesFrom, startOf } from '../../usage/utcDay.ts'
import { ALERT_KINDS, TIERS, type Tier } from '../../wire.ts'
import { nextSlot, staleAt } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { readAlertsSince } from '../store/alertStore.ts'
import { readCostSums } from '../store/costStore.ts'
import { readDay } from '../store/dayStore.ts'
import { readNames } from '../store/nameStore.ts'
import { writePollState } from '../store/pollState.ts'
import { readNote, writeNote } from '../store/profileStore.ts'
import { readLookback } from './lookback.ts'
import { forecastsOf, outlookOf } from './outlook.ts'

const NOTE = 'digest'
/** A digest looks no further back, whatever the schedule. */
const MOST_DAYS = 31

/** What of its date the last digest has told already. */
interface Mark {
  /** Unix seconds. */
  at: number
  date: string
  totals: TierTotals
  sums: DaySums
}

/** When the next digest is due (Unix ms); null where none is asked for. */
export function digestDueAt({ config, memory, ports }: Desk): number | null {
  const { digestAt } = memory.state.foresight
  if (config.digestCron === null || !config.alertKinds.has('digest')) return null
  const now = ports.now()
  // Not noted yet, or noted by a clock that has jumped back since.
  return nextSlot(config.digestCron, digestAt === undefined || digestAt > now ? now : digestAt)
}

/** Owes the receivers a digest where one is due; digests that were missed are one. */
export function tellDigest(desk: Desk): void {
  const { config, ports } = desk
  const now = ports.now()
  const { foresight, firstSuccess } = desk.memory.state
  if (config.digestCron === null || !config.alertKinds.has('digest')) return
  const isNoted = foresight.digestAt !== undefined && foresight.digestAt <= now
  if (!isNoted) desk.note({ foresight: { ...foresight, digestAt: now } })
  const due = digestDueAt(desk)
  if (!isNoted || due === null || due > now || firstSuccess === null) return
  const { message, mark } = digestOf(desk, Math.floor(now / 1000))
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    writeNotices(desk, [digestNotice(message, memory.state.installation)], seq, now)
    writeNote(ports.sql, NOTE, '', mark)
    const state = { ...memory.state, seq, foresight: { ...memory.state.foresight, digestAt: now } }
    writePollState(ports.sql, state)
    return { ...memory, state }
  })
}

function digestOf(desk: Desk, nowS: number): { message: Omit<DigestMessage, 'kind' | 'id'>; mark: Mark } {
  const { config, classify, memory, ports } = desk
  const today = dateOf(nowS)
  const held = readNote<Mark>(ports.sql, NOTE, '')
  const oldest = addDays(today, -MOST_DAYS)
  const last = held !== null && held.date >= oldest && held.date <= today ? held : null
  const from = last?.date ?? addDays(today, -1)
  const groupsOf = (date: string) => [...((memory.days.get(date) ?? readDay(ports.sql, date))?.groups.values() ?? [])]
  let sums: DaySums = { models: {}, projects: {}, keys: {} }
  const totals = { premium: { tokens: 0, free: 0, billed: 0 }, mini: { tokens: 0, free: 0, billed: 0 } }
  for (const date of datesFrom(from, today)) {
    const groups = groupsOf(date)
    sums = addSums(sums, daySums(groups))
    const all = tierTotals(groups, classify)
    for (const tier of TIERS) {
      const before = date === last?.date ? last.totals[tier] : null
      for (const part of ['tokens', 'free', 'billed'] as const)
        totals[tier][part] += Math.max(0, all[tier][part] - (before?.[part] ?? 0))
    }
  }
  const now = groupsOf(today)
  const mark: Mark = { at: nowS, date: today, totals: tierTotals(now, classify), sums: daySums(now) }
  const since = last?.at ?? startOf(from)
  const forecast = forecastOf(desk, today, mark.totals)
  const tier = (name: Tier) => ({
    tier: name,
    ...totals[name],
    usedToday: countedTokens(mark.totals[name], config.limitCounts),
    limit: config.limits[name],
    forecast: forecast[name],
  })
  const { lastSuccess, costsReadS } = memory.state
  const alerts = readAlertsSince(
    ports.sql,
    since,
    ALERT_KINDS.filter(kind => kind !== 'digest'),
  )
  const spent = (start: string) => readCostSums(ports.sql, start, today).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)
  return {
    mark,
    message: {
      date: today,
      firedAt: nowS,
      since,
      asOf: lastSuccess === null ? null : Math.floor(lastSuccess / 1000),
      counts: config.limitCounts,
      tiers: TIERS.map(tier),
      nanoUsd: costsReadS > 0 ? spent(from) : null,
      month: costsReadS > 0 ? { nanoUsd: spent(`${today.slice(0, 7)}-01`), budgetUsd: config.monthlyBudgetUsd } : null,
      causes: causesSince(desk, sums, last),
      alerts: { count: alerts.length, headlines: alerts.slice(0, MOST_HEADLINES).map(({ message }) => message) },
    },
  }
}

function causesSince({ ports: { sql } }: Desk, sums: DaySums, last: Mark | null) {
  const growth = growthSince(sums, last?.sums ?? null, MOST_CAUSES)
  const names = {
    projects: readNames(
      sql,
      'project',
      growth.projects.map(({ id }) => id),
    ),
    keys: readNames(
      sql,
      'api_key',
      growth.keys.map(({ id }) => id),
    ),
  }
  return causesOf(growth, (kind, id) => (kind === 'models' ? undefined : names[kind].get(id)))
}

function forecastOf(desk: Desk, date: string, totals: TierTotals) {
  const { memory, config, ports } = desk
  const { lastSuccess } = memory.state
  if (lastSuccess === null) return { premium: null, mini: null }
  const now = ports.now()
  const reading = { date, readS: Math.floor(lastSuccess / 1000), totals }
  const stale = now >= staleAt(config.pollCron, lastSuccess)
  return forecastsOf(outlookOf(desk, reading, readLookback(desk, now), { now, stale }))
}
