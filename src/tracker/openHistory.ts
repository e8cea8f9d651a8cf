import type { ModelHour } from '../history/historyRows.ts'
import type { Classify } from '../models.ts'
import type { OpenHistory } from '../rpc/trackerStub.ts'
import { addCounts, type GroupMap, groupMap, totalTokens, type UsageGroup } from '../usage/usageGroup.ts'
import { dateOf, floorTo, HOUR_S, startOf } from '../usage/utcDay.ts'
import type { Desk } from './desk.ts'
import { hourTotal } from './hourReads.ts'
import { countCleanEntries, firstDirtyHour, readEntryCounts, readHours, readHoursFrom } from './store/dayStore.ts'
import { dayPointOf } from './summaryRows.ts'

/**
 * What D1 does not have yet: the hours since the first one that was not handed over, and the open days. What today's
 * figures have beyond its hours is shown in the running hour; the next hourly read puts it where it belongs.
 */
export function openHistory(desk: Desk, sinceS: number): OpenHistory {
  const { sql } = desk.ports
  const { classify } = desk
  const nowS = Math.floor(desk.ports.now() / 1000)
  const runningHour = floorTo(nowS, HOUR_S)
  const d1Before = Math.min(firstDirtyHour(sql) ?? runningHour, runningHour)
  const hours = new Map(readHoursFrom(sql, d1Before))
  const today = dateOf(nowS)
  const unplaced = unplacedGroups(desk.memory.days.get(today)?.groups ?? new Map(), readHours(sql, today))
  const running = groupMap([...(hours.get(runningHour)?.values() ?? []), ...unplaced])
  if (running.size > 0) hours.set(runningHour, running)
  const starts = [...hours.keys()].sort((a, b) => b - a).filter(start => start >= sinceS)
  return {
    d1Before,
    hours: starts.flatMap(start => modelHours(start, hours.get(start) ?? new Map(), classify)),
    hourTotals: [...starts].reverse().map(start => hourTotal(start, hours.get(start) ?? new Map(), classify)),
    days: [...desk.memory.days.values()]
      .filter(day => startOf(day.date) + 86_400 > sinceS)
      .map(day => dayPointOf(day, classify))
      .sort((a, b) => a.timestamp - b.timestamp),
    entryCounts: entryCounts(desk, d1Before),
  }
}

/** Of the date of the edge itself only the hours before it count: the others come from the object. */
function entryCounts(desk: Desk, d1Before: number): OpenHistory['entryCounts'] {
  const edge = dateOf(d1Before)
  return readEntryCounts(desk.ports.sql).flatMap(({ date, entries }) => {
    if (date > edge) return []
    const before = date === edge ? countCleanEntries(desk.ports.sql, date, d1Before) : entries
    return before > 0 ? [{ date, entries: before }] : []
  })
}

/** What the day has beyond the sum of its hours; never below nothing, for the two are read one after the other. */
function unplacedGroups(day: GroupMap, hours: ReadonlyMap<number, GroupMap>): UsageGroup[] {
  const placed = groupMap([...hours.values()].flatMap(groups => [...groups.values()]))
  return [...day].flatMap(([key, group]) => {
    const held = placed.get(key)
    if (held === undefined) return [group]
    const rest = addCounts(group, {
      input: -held.input,
      output: -held.output,
      cached: -held.cached,
      requests: -held.requests,
    })
    const floored = {
      ...rest,
      input: Math.max(0, rest.input),
      output: Math.max(0, rest.output),
      cached: Math.max(0, rest.cached),
      requests: Math.max(0, rest.requests),
    }
    return totalTokens(floored) > 0 ? [floored] : []
  })
}

/** By model name, over service tiers and projects, only what was used. */
function modelHours(hour: number, groups: GroupMap, classify: Classify): ModelHour[] {
  const byModel = new Map<string, ModelHour>()
  for (const group of groups.values()) {
    const held = byModel.get(group.model)
    byModel.set(group.model, {
      hour,
      model: group.model,
      tier: classify(group.model).tier,
      input_tokens: (held?.input_tokens ?? 0) + group.input,
      output_tokens: (held?.output_tokens ?? 0) + group.output,
    })
  }
  return [...byModel.values()]
    .filter(entry => entry.input_tokens + entry.output_tokens > 0)
    .sort((a, b) => (a.model < b.model ? -1 : 1))
}
