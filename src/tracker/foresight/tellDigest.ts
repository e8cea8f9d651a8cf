import { MOST_CAUSES } from '../../alerts/causes.ts'
import { type DigestMessage, digestNotice, MOST_HEADLINES } from '../../alerts/notices/digest.ts'
import { countedTokens } from '../../usage/counted.ts'
import { addSums, type DaySums, daySums, growthSince } from '../../usage/growth.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import { addDays, DAY_S, dateOf, datesFrom, startOf } from '../../usage/utcDay.ts'
import { ALERT_KINDS, TIERS, type Tier } from '../../wire.ts'
import { nextSlot } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import { namedCauses } from '../messages/namedCauses.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { readAlertsSince } from '../store/alertStore.ts'
import { readCostSums } from '../store/costStore.ts'
import { readDay } from '../store/dayStore.ts'
import { writePollState } from '../store/pollState.ts'
import { readNote, writeNote } from '../store/profileStore.ts'
import { todayOutlook } from './todayOutlook.ts'

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

/** When the next digest is due (Unix ms); null where none is asked for, or nothing is known yet. */
export function digestDueAt(desk: Desk): number | null {
  const cron = cronOf(desk)
  if (cron === null || desk.memory.state.firstSuccess === null) return null
  return nextSlot(cron, countsFrom(desk, cron) ?? desk.ports.now())
}

/** Owes the receivers a digest where one is due; digests that were missed are one. */
export function tellDigest(desk: Desk): void {
  const { ports } = desk
  const now = ports.now()
  const cron = cronOf(desk)
  const { digestAt: _at, digestCron: _cron, ...others } = desk.memory.state.foresight
  if (cron === null) {
    // Turned on again, it begins anew: what it would have told meanwhile nobody asked for.
    if (_at !== undefined) desk.note({ foresight: others })
    return
  }
  const due = digestDueAt(desk)
  if (due === null) return
  if (countsFrom(desk, cron) === null) desk.note({ foresight: { ...others, digestAt: now, digestCron: cron } })
  else if (due <= now) commitDigest(desk, now)
}

function commitDigest(desk: Desk, now: number): void {
  const { ports } = desk
  const { message, mark } = digestOf(desk, Math.floor(now / 1000))
  let ids: number[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    ids = writeNotices(desk, [digestNotice(message, memory.state.installation, seq)], seq, now)
    writeNote(ports.sql, NOTE, '', mark)
    const state = { ...memory.state, seq, foresight: { ...memory.state.foresight, digestAt: now } }
    writePollState(ports.sql, state)
    return { ...memory, state }
  })
  desk.unshown.push(...ids)
}

function cronOf({ config }: Desk): string | null {
  return config.alertKinds.has('digest') ? config.digestCron : null
}

/** A clock that jumps back by no more than this repeats no digest; one that was further ahead must not silence them. */
const LONGEST_JUMP_MS = DAY_S * 1000

/** The digest that the next one comes after (Unix ms); null: none by this schedule yet, or told by a clock that was far ahead. */
function countsFrom({ memory, ports }: Desk, cron: string): number | null {
  const { digestAt, digestCron } = memory.state.foresight
  if (digestAt === undefined || digestCron !== cron) return null
  return digestAt > ports.now() + LONGEST_JUMP_MS ? null : digestAt
}

function digestOf(desk: Desk, nowS: number): { message: Omit<DigestMessage, 'kind' | 'id'>; mark: Mark } {
  const { config, classify, memory, ports } = desk
  const today = dateOf(nowS)
  const held = readNote<Mark>(ports.sql, NOTE, '')
  const oldest = addDays(today, -MOST_DAYS)
  // One of later was noted by a clock that has jumped back since.
  const last = held !== null && held.date >= oldest && held.at <= nowS ? held : null
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
  const { totals: todays, forecast, readS } = todayOutlook(desk, nowS * 1000)
  const mark: Mark = { at: nowS, date: today, totals: todays, sums: daySums(groupsOf(today)) }
  const since = last?.at ?? startOf(from)
  const tier = (name: Tier) => ({
    tier: name,
    ...totals[name],
    usedToday: countedTokens(todays[name], config.limitCounts),
    limit: config.limits[name],
    forecast: forecast[name],
  })
  const { costsReadS } = memory.state
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
      asOf: readS,
      counts: config.limitCounts,
      tiers: TIERS.map(tier),
      nanoUsd: costsReadS > 0 ? spent(from) : null,
      month: costsReadS > 0 ? { nanoUsd: spent(`${today.slice(0, 7)}-01`), budgetUsd: config.monthlyBudgetUsd } : null,
      causes: namedCauses(ports.sql, growthSince(sums, last?.sums ?? null, MOST_CAUSES)),
      alerts: { count: alerts.length, headlines: alerts.slice(0, MOST_HEADLINES).map(({ message }) => message) },
    },
  }
}
