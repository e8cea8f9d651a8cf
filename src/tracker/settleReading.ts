import type { AlertMessage } from '../alerts/alertMessage.ts'
import { messageOf, newFirings } from '../alerts/crossings.ts'
import type { Firing } from '../alerts/firing.ts'
import type { Config } from '../config/readConfig.ts'
import type { SnapshotRow } from '../history/historyRows.ts'
import type { Classify } from '../models.ts'
import { groupChanges } from '../usage/groupChanges.ts'
import { type TierTotals, tierTotals } from '../usage/tierTotals.ts'
import type { GroupMap, UsageGroup } from '../usage/usageGroup.ts'
import { addDays, DAY_S, dateOf, datesFrom, endOf, startOf } from '../usage/utcDay.ts'
import { TIERS } from '../wire.ts'
import type { Memory } from './memory.ts'
import { missedTicks } from './schedule.ts'
import { firedKey } from './store/alertStore.ts'
import type { Day } from './store/dayStore.ts'
import type { Gap } from './store/gapStore.ts'

// The decision of a poll: a complete reading in, everything that one commit writes out. Pure.

export interface Settlement {
  days: { day: Day; changes: UsageGroup[] }[]
  snapshot: SnapshotRow
  /** By date and tier, with the one message that tells of them. */
  alerts: { firings: Firing[]; message: AlertMessage }[]
  gaps: Gap[]
  today: TierTotals
}

export interface ReadDays {
  /** When the reading began (ms). It may end on the next day; its buckets do not mind. */
  readAt: number
  groups: ReadonlyMap<string, GroupMap>
}

export function settleReading(memory: Memory, read: ReadDays, config: Config, classify: Classify): Settlement {
  const nowS = Math.floor(read.readAt / 1000)
  const today = dateOf(nowS)
  const seq = memory.state.seq + 1
  const days: Settlement['days'] = []
  const alerts: Settlement['alerts'] = []
  for (const [date, groups] of read.groups) {
    const held = memory.days.get(date)
    const changes = groupChanges(held?.groups ?? new Map(), groups)
    const day: Day = {
      ...(held ?? newDay(date, memory.state.firstSuccess, read.readAt)),
      // The limits of a day are those that it ended with.
      limits: held !== undefined && date < today ? held.limits : config.limits,
      revision: held === undefined || changes.length > 0 ? seq : held.revision,
      groups,
    }
    days.push({ day, changes })
    if (day.tracked) alerts.push(...firingsOf(day, memory, config, classify, nowS))
  }
  const totals = tierTotals(read.groups.get(today)?.values() ?? [], classify)
  return {
    days,
    alerts,
    gaps: gapsOf(memory, config.pollCron, nowS),
    today: totals,
    snapshot: { timestamp: nowS, date: today, premium_tokens: totals.premium.tokens, mini_tokens: totals.mini.tokens },
  }
}

function newDay(date: string, firstSuccess: number | null, readAt: number) {
  const tracked = endOf(date) * 1000 > (firstSuccess ?? readAt)
  return { date, final: false, tracked, hoursReadS: 0, hoursRevision: 0 }
}

function firingsOf(day: Day, memory: Memory, config: Config, classify: Classify, nowS: number): Settlement['alerts'] {
  const totals = tierTotals(day.groups.values(), classify)
  return TIERS.flatMap(tier => {
    const firings = newFirings({
      date: day.date,
      tier,
      tokensUsed: totals[tier].tokens,
      limit: day.limits[tier],
      thresholds: config.thresholds,
      fired: memory.fired.get(firedKey(day.date, tier)) ?? new Set(),
      firedAt: nowS,
      late: endOf(day.date) <= nowS,
    })
    const message = messageOf(firings, endOf(day.date))
    return message === null ? [] : [{ firings, message }]
  })
}

/** An absence longer than this is rebuilt by hours: minutes of many models over days are too much to read. */
const MINUTES_FOR_AT_MOST_S = DAY_S
/** Beyond this nothing is rebuilt by ticks; daily summaries remain. */
const REBUILT_AT_MOST_S = 31 * DAY_S
/** The curve that a fresh tracker starts with. */
export const FIRST_CURVE_DAYS = 7

/** What the curve lacks between the last snapshot and this poll, cut at midnights; at first start, the last days by hours. */
function gapsOf(memory: Memory, pollCron: string, nowS: number): Gap[] {
  const last = memory.state.lastSnapshotS
  if (last === null) return gapsByDate(startOf(addDays(dateOf(nowS), -FIRST_CURVE_DAYS)) - 1, nowS, '1h')
  const from = Math.max(last, nowS - REBUILT_AT_MOST_S)
  if (missedTicks(pollCron, from, nowS).next().done) return []
  return gapsByDate(from, nowS, nowS - from <= MINUTES_FOR_AT_MOST_S ? '1m' : '1h')
}

function gapsByDate(fromS: number, toS: number, width: Gap['width']): Gap[] {
  return datesFrom(dateOf(fromS + 1), dateOf(toS)).map(date => ({
    // One second before midnight: midnight itself belongs to the date.
    fromS: Math.max(fromS, startOf(date) - 1),
    toS: Math.min(toS, endOf(date)),
    width,
  }))
}
