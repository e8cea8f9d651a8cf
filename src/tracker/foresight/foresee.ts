import { MOST_CAUSES } from '../../alerts/causes.ts'
import type { Notice } from '../../alerts/message.ts'
import { billedNotices } from '../../alerts/notices/billed.ts'
import { freeStoppedNotices } from '../../alerts/notices/freeStopped.ts'
import { leftoverNotice } from '../../alerts/notices/leftover.ts'
import { newModelKey, newModelNotice, newModelsOf } from '../../alerts/notices/newModel.ts'
import type { DayFacts } from '../../alerts/notices/notice.ts'
import { paceNotice } from '../../alerts/notices/pace.ts'
import { type SpikeEntry, spikeKey, spikeNotice, spikesOf } from '../../alerts/notices/spike.ts'
import type { DayForecast } from '../../forecast/forecastDay.ts'
import { paceWatch } from '../../forecast/paceWatch.ts'
import { tokensByUser } from '../../usage/dayProfile.ts'
import { growthSince, tierSums } from '../../usage/growth.ts'
import { FREE_DAYS, SPIKE_DAYS } from '../../usage/lookback.ts'
import { tierTotals } from '../../usage/tierTotals.ts'
import { addDays, endOf } from '../../usage/utcDay.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { readKnownKeys } from '../store/alertStore.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readNames } from '../store/nameStore.ts'
import type { ForesightState } from '../store/pollState.ts'
import { readLookback } from './lookback.ts'
import { forecastsOf, outlookOf } from './outlook.ts'

export interface Foreseen {
  notices: Notice[]
  state: ForesightState
}

/**
 * What today's reading says beyond its thresholds: every kind of notice that it is the cause of, and what the kinds remember
 * from now on. Reads the books, writes nothing. `readAt`: Unix milliseconds.
 */
export function foresee(desk: Desk, day: Day, readAt: number): Foreseen {
  const { config, classify, memory } = desk
  const { state } = memory
  const lookback = readLookback(desk, readAt)
  const nowS = Math.floor(readAt / 1000)
  const totals = tierTotals(day.groups.values(), classify)
  const outlook = outlookOf(desk, { date: day.date, readS: nowS, totals }, lookback, { now: readAt, stale: false })
  const facts: DayFacts = {
    date: day.date,
    nowS,
    resetsAt: endOf(day.date),
    limits: day.limits,
    limitCounts: config.limitCounts,
    totals,
    groups: day.groups,
    before: memory.days.get(day.date)?.groups ?? new Map(),
    classify,
    lookback,
    forecast: forecastsOf(outlook),
    installation: state.installation,
  }
  const pace = paceNotices(facts, outlook, state.foresight.pace ?? {})
  const billed = billedFound(desk, facts, state.foresight.billedTold ?? {})
  // The month before may not be there yet: what it would say is not guessed.
  const isKnown = state.backfill === 'done'
  const stopped = freeStoppedNotices(facts, state.foresight.freeStops ?? {})
  const leftover = isKnown ? leftoverNotice(facts, config.leftoverHours) : null
  const candidates = [...pace.notices, ...billed.notices, ...stopped.notices, ...(leftover === null ? [] : [leftover])]
  const known = readKnownKeys(
    desk.ports.sql,
    candidates.flatMap(({ records }) => records.map(({ key }) => key)),
  )
  const fresh = candidates.filter(({ records }) => !records.some(({ key }) => known.has(key)))
  return {
    notices: [...fresh, ...(isKnown ? spikes(desk, facts) : []), ...newModels(desk, facts)],
    state: {
      ...state.foresight,
      pace: pace.watches,
      freeStops: stopped.stops,
      billedTold: billed.told(fresh),
    },
  }
}

function paceNotices(facts: DayFacts, outlook: Record<Tier, DayForecast>, held: NonNullable<ForesightState['pace']>) {
  const notices: Notice[] = []
  const watches: NonNullable<ForesightState['pace']> = {}
  for (const tier of TIERS) {
    const { forecast, chance, used, pace } = outlook[tier]
    const before = held[tier] ?? null
    const reading = { at: facts.nowS, chance, used, limit: facts.limits[tier], state: forecast.state }
    const watch = paceWatch(before, reading)
    watches[tier] = watch
    if (!watch.isOn || (before?.date === facts.date && before.isOn)) continue
    const growth = growthSince(tierSums(facts.groups.values(), tier, facts.classify), null, MOST_CAUSES)
    const notice = paceNotice(facts, tier, forecast, { tokensPerHour: pace ?? 0, growth })
    if (notice !== null) notices.push(notice)
  }
  return { notices, watches }
}

function billedFound(desk: Desk, facts: DayFacts, held: Record<string, string>) {
  const oldest = addDays(facts.date, -FREE_DAYS)
  const recent = Object.entries(held).filter(([, date]) => date > oldest)
  const projects = new Set([...facts.groups.values()].map(({ project }) => project))
  let names: ReadonlyMap<string, string> | null = null
  const nameOf = (project: string) => {
    names ??= readNames(desk.ports.sql, 'project', projects)
    return names.get(project) ?? ''
  }
  const found = billedNotices(facts, nameOf, new Set(recent.map(([key]) => key)))
  return {
    notices: found.map(({ notice }) => notice),
    told: (fresh: readonly Notice[]) =>
      Object.fromEntries([
        ...recent,
        ...found
          .filter(({ notice }) => fresh.includes(notice))
          .flatMap(({ causeKeys }) => causeKeys.slice(0, MOST_TOLD).map(key => [key, facts.date] as const)),
      ]),
  }
}

const MOST_TOLD = 100

function spikes(desk: Desk, facts: DayFacts): Notice[] {
  const found = spikesOf(facts)
  const { sql } = desk.ports
  const known = readKnownKeys(
    sql,
    found.map(({ id }) => spikeKey(facts.date, id)),
  )
  const fresh = found.filter(({ id }) => !known.has(spikeKey(facts.date, id)))
  if (fresh.length === 0) return []
  const names = new Map([
    ...readNames(sql, 'api_key', idsOf(fresh, 'api_key')),
    ...readNames(sql, 'project', idsOf(fresh, 'project')),
  ])
  const highest = highestDays(desk, facts, fresh)
  const notice = spikeNotice(
    facts,
    fresh.map(each => ({ ...each, name: names.get(each.id) || each.id, highest: highest.get(each.id) ?? null })),
    desk.memory.state.seq + 1,
  )
  return notice === null ? [] : [notice]
}

function idsOf(spikes: readonly Pick<SpikeEntry, 'id' | 'of'>[], of: SpikeEntry['of']): string[] {
  return spikes.filter(spike => spike.of === of).map(({ id }) => id)
}

/** Looked up in the days themselves: rare, and the lookback knows only those that used much. None: not seen. */
function highestDays(desk: Desk, { date, classify }: DayFacts, spikes: readonly Pick<SpikeEntry, 'id' | 'tier'>[]) {
  const highest = new Map<string, number>()
  for (let back = 1; back <= SPIKE_DAYS; back++) {
    const past = addDays(date, -back)
    const groups = (desk.memory.days.get(past) ?? readDay(desk.ports.sql, past))?.groups ?? new Map()
    const byTier = new Map(TIERS.map(tier => [tier, tokensByUser(groups, tier, classify)]))
    for (const { id, tier } of spikes) {
      const tokens = byTier.get(tier)?.get(id)
      if (tokens !== undefined) highest.set(id, Math.max(tokens, highest.get(id) ?? 0))
    }
  }
  return highest
}

function newModels(desk: Desk, facts: DayFacts): Notice[] {
  const found = newModelsOf(facts)
  const known = readKnownKeys(
    desk.ports.sql,
    found.map(({ model }) => newModelKey(model)),
  )
  const fresh = found.filter(({ model }) => !known.has(newModelKey(model)))
  const notice = newModelNotice(facts, fresh, desk.memory.state.seq + 1)
  return notice === null ? [] : [notice]
}
