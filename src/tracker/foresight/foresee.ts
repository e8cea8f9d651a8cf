import { MOST_CAUSES } from '../../alerts/causes.ts'
import type { Notice } from '../../alerts/message.ts'
import { billedNotices } from '../../alerts/notices/billed.ts'
import { freeStoppedNotices } from '../../alerts/notices/freeStopped.ts'
import { leftoverNotice } from '../../alerts/notices/leftover.ts'
import { newModelKey, newModelNotice, newModelsOf } from '../../alerts/notices/newModel.ts'
import type { DayFacts } from '../../alerts/notices/notice.ts'
import { paceNotice } from '../../alerts/notices/pace.ts'
import { isSpike, type SpikeEntry, spikeKey, spikeNotice, spikesOf } from '../../alerts/notices/spike.ts'
import type { DayForecast } from '../../forecast/forecastDay.ts'
import { paceWatch } from '../../forecast/paceWatch.ts'
import { tokensByUser } from '../../usage/dayProfile.ts'
import { growthSince, tierSums } from '../../usage/growth.ts'
import { FREE_DAYS, SPIKE_DAYS } from '../../usage/lookback.ts'
import { tierTotals } from '../../usage/tierTotals.ts'
import { addDays, endOf } from '../../usage/utcDay.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readNames } from '../store/nameStore.ts'
import type { ForesightState } from '../store/pollState.ts'
import { readLookback } from './lookback.ts'
import { forecastsOf, outlookOf } from './outlook.ts'
import { ToldKeys } from './toldKeys.ts'

export interface Foreseen {
  notices: Notice[]
  state: ForesightState
}

/** What a poll has read, as it will be written. */
interface DaysRead {
  /** Today. */
  day: Day
  /** Days that are over and came with the reading. */
  late: readonly Day[]
  /** All that are unsettled, these among them. */
  days: ReadonlyMap<string, Day>
}

/**
 * What today's reading says beyond its thresholds: every kind of notice that it is the cause of, and what the kinds remember
 * from now on. Reads the books, writes nothing. `readAt`: Unix milliseconds.
 */
export function foresee(desk: Desk, { day, late, days }: DaysRead, readAt: number): Foreseen {
  const { config, classify, memory } = desk
  const { state } = memory
  const lookback = readLookback(desk, readAt, days)
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
    classify,
    lookback,
    forecast: forecastsOf(outlook),
    installation: state.installation,
  }
  const pace = paceNotices(facts, outlook, state.foresight.pace ?? {})
  // The month before may not be there yet: what it would say is not guessed.
  const isKnown = state.backfill === 'done'
  const billed = billedFound(desk, facts, { held: state.foresight.billedTold ?? {}, isKnown })
  const stopped = freeStoppedNotices(facts, state.foresight.freeStops ?? {})
  const leftover = isKnown ? leftoverNotice(facts, config.leftoverHours) : null
  const candidates = [...pace.notices, ...billed.notices, ...stopped.notices, ...(leftover === null ? [] : [leftover])]
  const told = new ToldKeys(desk.ports.sql, state.foresight.told, day.date)
  const isFresh = told.freshOf(candidates.flatMap(({ records }) => records.map(({ key }) => key)))
  const fresh = candidates.filter(({ records }) => records.every(({ key }) => isFresh.has(key)))
  const spiked = isKnown ? spikes(desk, facts, { told, days }) : []
  const notices = [...fresh, ...spiked, ...newModels(desk, facts, told, [day, ...late])]
  told.add(notices.flatMap(({ records }) => records.map(({ key }) => key)))
  return {
    notices,
    state: {
      ...state.foresight,
      told: told.state,
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

function billedFound(
  desk: Desk,
  facts: DayFacts,
  { held, isKnown }: { held: Record<string, string>; isKnown: boolean },
) {
  const oldest = addDays(facts.date, -FREE_DAYS)
  const recent = Object.entries(held).filter(([, date]) => date > oldest)
  const projects = new Set([...facts.groups.values()].map(({ project }) => project))
  let names: ReadonlyMap<string, string> | null = null
  const nameOf = (project: string) => {
    names ??= readNames(desk.ports.sql, 'project', projects)
    return names.get(project) ?? ''
  }
  const found = isKnown ? billedNotices(facts, nameOf, new Set(recent.map(([key]) => key))) : []
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

function spikes(
  desk: Desk,
  facts: DayFacts,
  { told, days }: { told: ToldKeys; days: ReadonlyMap<string, Day> },
): Notice[] {
  const found = spikesOf(facts)
  const { sql } = desk.ports
  const isFresh = told.freshOf(found.map(({ id }) => spikeKey(facts.date, id)))
  const fresh = found.filter(({ id }) => isFresh.has(spikeKey(facts.date, id)))
  if (fresh.length === 0) return []
  const highest = highestDays(desk, facts, { spikes: fresh, days })
  const entries = fresh
    .map(each => ({ ...each, highest: highest.get(each.id) ?? null }))
    .filter(each => isSpike(each.tokens, each.highest))
  if (entries.length === 0) return []
  const names = new Map([
    ...readNames(sql, 'api_key', idsOf(entries, 'api_key')),
    ...readNames(sql, 'project', idsOf(entries, 'project')),
  ])
  const notice = spikeNotice(
    facts,
    entries.map(each => ({ ...each, name: names.get(each.id) || each.id })),
    desk.memory.state.seq + 1,
  )
  return notice === null ? [] : [notice]
}

function idsOf(spikes: readonly Pick<SpikeEntry, 'id' | 'of'>[], of: SpikeEntry['of']): string[] {
  return spikes.filter(spike => spike.of === of).map(({ id }) => id)
}

/**
 * Looked up in the days themselves, once an hour while the object is awake: rare, and the lookback knows only those that used
 * much. None: not seen.
 */
function highestDays(
  desk: Desk,
  { date, classify }: DayFacts,
  { spikes, days }: { spikes: readonly Pick<SpikeEntry, 'id' | 'tier'>[]; days: ReadonlyMap<string, Day> },
) {
  const highest = new Map<string, number>()
  const looked = desk.lookback?.looked ?? new Map<string, number | null>()
  const keyOf = ({ id, tier }: Pick<SpikeEntry, 'id' | 'tier'>) => `${tier} ${id}`
  if (spikes.every(spike => looked.has(keyOf(spike)))) {
    for (const spike of spikes) {
      const tokens = looked.get(keyOf(spike)) ?? null
      if (tokens !== null) highest.set(spike.id, tokens)
    }
    return highest
  }
  for (let back = 1; back <= SPIKE_DAYS; back++) {
    const past = addDays(date, -back)
    const groups = (days.get(past) ?? readDay(desk.ports.sql, past))?.groups ?? new Map()
    const byTier = new Map(TIERS.map(tier => [tier, tokensByUser(groups, tier, classify)]))
    for (const { id, tier } of spikes) {
      const tokens = byTier.get(tier)?.get(id)
      if (tokens !== undefined) highest.set(id, Math.max(tokens, highest.get(id) ?? 0))
    }
  }
  for (const spike of spikes) looked.set(keyOf(spike), highest.get(spike.id) ?? null)
  return highest
}

/** Each model once, in the message of the latest date that shows it: the last minutes of a date come after its end. */
function newModels({ memory }: Desk, facts: DayFacts, told: ToldKeys, days: readonly Day[]): Notice[] {
  const listed = new Set<string>()
  return days.flatMap(({ date, groups }) => {
    const before = memory.days.get(date)?.groups ?? new Map()
    const found = newModelsOf({ groups, before, classify: facts.classify }).filter(({ model }) => !listed.has(model))
    const isFresh = told.freshOf(found.map(({ model }) => newModelKey(model)))
    const fresh = found.filter(({ model }) => isFresh.has(newModelKey(model)))
    for (const { model } of fresh) listed.add(model)
    const notice = newModelNotice({ ...facts, date, resetsAt: endOf(date) }, fresh, memory.state.seq + 1)
    return notice === null ? [] : [notice]
  })
}
