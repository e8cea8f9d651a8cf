import { recordOfFiring } from '../../alerts/alertRecord.ts'
import { MOST_CAUSES } from '../../alerts/causes.ts'
import { messageOf, newFirings } from '../../alerts/crossings.ts'
import type { Firing } from '../../alerts/firing.ts'
import type { Message, Notice } from '../../alerts/message.ts'
import { missedMessage } from '../../alerts/missedMessage.ts'
import type { Config } from '../../config/readConfig.ts'
import type { Classify } from '../../models.ts'
import { countedTokens } from '../../usage/counted.ts'
import { sameGroups } from '../../usage/groupChanges.ts'
import { type Growth, growthSince, tierSums } from '../../usage/growth.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import { addDays, DAY_S, dateOf, endOf, startOf } from '../../usage/utcDay.ts'
import { type LimitCounts, TIERS, type Tier } from '../../wire.ts'
import { closesAt, type Memory } from '../memory.ts'
import { type Gap, gapsBetween, hourGaps, ticksIn } from '../reads/gap.ts'
import { type Day, unreadDay } from '../store/dayStore.ts'
import type { Tick } from '../store/tickStore.ts'
import { missedTicks } from './schedule.ts'

// The decision of a poll: a complete reading in, everything that one commit writes out. Pure.

export interface Settlement {
  days: Day[]
  snapshot: Tick
  /** Firings with the one message that tells of them; today's first. */
  alerts: Told[]
  gaps: Gap[]
}

export interface Told {
  firings: Firing[]
  message: Message
  /** Who caused it; names are put to it when it is written. */
  growth?: Growth
}

/** As it is written: with a row for each firing. */
export function noticeOf(told: Told): Notice {
  return { ...told, records: told.firings.map(recordOfFiring) }
}

export interface ReadDays {
  /** When the reading began (ms). It may end on the next day; its buckets do not mind. */
  readAt: number
  groups: ReadonlyMap<string, GroupMap>
}

export function settleReading(memory: Memory, read: ReadDays, config: Config, classify: Classify): Settlement {
  const nowS = Math.floor(read.readAt / 1000)
  const today = dateOf(nowS)
  const totals = tierTotals(read.groups.get(today)?.values() ?? [], classify)
  return {
    ...settleDays(memory, read, config, classify),
    gaps: gapsOf(memory, config.pollCron, nowS),
    snapshot: {
      timestamp: nowS,
      date: today,
      premium_tokens: totals.premium.tokens,
      mini_tokens: totals.mini.tokens,
      free: { premium: totals.premium.free, mini: totals.mini.free },
    },
  }
}

/** What complete figures of some dates change, and what of it is worth a message. */
export function settleDays(
  memory: Memory,
  read: ReadDays,
  config: Config,
  classify: Classify,
): Pick<Settlement, 'days' | 'alerts'> {
  const nowS = Math.floor(read.readAt / 1000)
  const today = dateOf(nowS)
  const seq = memory.state.seq + 1
  const days: Day[] = []
  const fresh: Firing[][] = []
  const over: Firing[][] = []
  const growth = new Map<string, Growth>()
  const isTracked = (date: string) => endOf(date) * 1000 > (memory.state.firstSuccess ?? read.readAt)
  for (const [date, groups] of read.groups) {
    const held = memory.days.get(date)
    const day = dayAfter(held ?? { ...unreadDay(date, config.limits), tracked: isTracked(date) }, groups, seq, {
      limits: held !== undefined && date < today ? held.limits : config.limits,
      closes: nowS >= closesAt(date),
    })
    const before = tierTotals(held?.groups.values() ?? [], classify)
    const firings = day.tracked ? firingsOf(day, before, config, classify, nowS) : []
    const kinds = date < today ? over : fresh
    kinds.push(...firings)
    for (const [first] of firings) {
      if (first !== undefined) growth.set(`${date} ${first.tier}`, growthOf(day, first.tier, classify))
    }
    days.push(withFired(day, firings.flat(), classify))
  }
  return {
    days,
    alerts: messagesFor(fresh, over, growth, {
      installation: memory.state.installation,
      firedAt: nowS,
      seq,
      counts: config.limitCounts,
    }),
  }
}

function dayAfter(
  held: Day,
  groups: GroupMap,
  seq: number,
  { limits, closes }: { limits: Day['limits']; closes: boolean },
): Day {
  const isNew = held.revision === 0
  const moved = isNew || !sameGroups(held.groups, groups)
  const changed =
    moved || closes !== held.final || limits.premium !== held.limits.premium || limits.mini !== held.limits.mini
  return {
    ...held,
    limits,
    final: closes,
    groups: moved ? groups : held.groups,
    groupsRevision: moved ? seq : held.groupsRevision,
    revision: changed ? seq : held.revision,
  }
}

/** By tier. A day that is over fires only because OpenAI's figures of it changed: what they had reached before is no news. */
function firingsOf(day: Day, before: TierTotals, config: Config, classify: Classify, nowS: number): Firing[][] {
  const totals = tierTotals(day.groups.values(), classify)
  const late = endOf(day.date) <= nowS
  return TIERS.map(tier =>
    newFirings({
      date: day.date,
      tier,
      tokensUsed: countedTokens(totals[tier], config.limitCounts),
      knownTokens: late ? countedTokens(before[tier], config.limitCounts) : 0,
      limit: day.limits[tier],
      thresholds: config.thresholds,
      fired: new Set(day.fired[tier]),
      firedAt: nowS,
      late,
    }),
  ).filter(firings => firings.length > 0)
}

/** Who has used the tier since its last message of this date. */
function growthOf(day: Day, tier: Tier, classify: Classify): Growth {
  return growthSince(tierSums(day.groups.values(), tier, classify), day.told[tier] ?? null, MOST_CAUSES)
}

function withFired(day: Day, firings: readonly Firing[], classify: Classify): Day {
  if (firings.length === 0) return day
  const fired = { ...day.fired }
  const told = { ...day.told }
  for (const { tier, threshold } of firings) {
    fired[tier] = [...fired[tier], threshold]
    told[tier] = tierSums(day.groups.values(), tier, classify)
  }
  return { ...day, fired, told }
}

interface MessageSettings {
  installation: string
  /** Unix seconds. */
  firedAt: number
  seq: number
  counts: LimitCounts
}

/** Today's crossings each have their message; those of days that are over share one, or a month away would bring dozens. */
function messagesFor(
  fresh: Firing[][],
  over: Firing[][],
  growth: ReadonlyMap<string, Growth>,
  { installation, firedAt, seq, counts }: MessageSettings,
): Told[] {
  const told = (firings: Firing[]): Told[] => {
    const [first] = firings
    if (first === undefined) return []
    const message = messageOf(firings, { resetsAt: endOf(first.date), installation, counts })
    const grown = growth.get(`${first.date} ${first.tier}`)
    return message === null ? [] : [{ firings, message, ...(grown !== undefined && { growth: grown }) }]
  }
  const single = [...fresh, ...(over.length === 1 ? over : [])].flatMap(told)
  if (over.length < 2) return single
  const missed = missedMessage(over, { installation, firedAt, counts })
  // More than one reading may find such days in the same second.
  return missed === null
    ? single
    : [...single, { firings: over.flat(), message: { ...missed, id: `${missed.id}-${seq}` } }]
}

/** Beyond this nothing is rebuilt by ticks; daily summaries remain. */
const REBUILT_AT_MOST_S = 31 * DAY_S
/** The curve that a fresh tracker starts with. */
export const FIRST_CURVE_DAYS = 7

/** What the curve lacks between the last snapshot and this poll; at first start, the last days by hours. */
function gapsOf(memory: Memory, pollCron: string, nowS: number): Gap[] {
  const last = memory.state.lastSnapshotS
  if (last === null) return hourGaps(startOf(addDays(dateOf(nowS), -FIRST_CURVE_DAYS)) - 1, nowS)
  const from = Math.max(last, nowS - REBUILT_AT_MOST_S)
  if (missedTicks(pollCron, from, nowS).next().done) return []
  return gapsBetween(from, nowS).filter(gap => gap.width === '1h' || !ticksIn(gap, pollCron).next().done)
}
