import type { RevisedRows } from '../../history/writeHistory.ts'
import type { Classify } from '../../models.ts'
import { HOUR_S } from '../../usage/utcDay.ts'
import { alertRow } from '../store/alertStore.ts'
import { readCostDay } from '../store/costStore.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readHistoryEntries } from '../store/historyQueue.ts'
import { readOwedAlerts, readOwedDates, readOwedHours, readOwedTicks } from '../store/owedStore.ts'
import type { HistoryPart } from '../store/pollState.ts'
import type { Sql } from '../store/sql.ts'
import { dailyUsageRows, hourTotal, modelHourRows, summaryRows } from './summaryRows.ts'

/** A row of the books that D1 is owed, as D1 wants it. */
export interface OwedUnit extends RevisedRows {
  key: number | string
  /** Of ticks: the last one in it (Unix seconds). */
  lastS?: number
}

/** The oldest units of a part that are owed, `most` at most. */
export function readOwedUnits(
  sql: Sql,
  part: HistoryPart,
  { most, nowS, classify }: { most: number; nowS: number; classify: Classify },
): OwedUnit[] {
  switch (part) {
    case 'queue':
      return readHistoryEntries(sql, most).map(({ id, ...entry }) => ({ key: id, ...entry }))
    case 'alerts':
      return readOwedAlerts(sql, most).map(alert => ({
        key: alert.id,
        revision: alert.revision,
        rows: { alerts: [alertRow(alert)] },
      }))
    case 'ticks':
      return readOwedTicks(sql, most).map(({ hour, revision, ackedS, points }) => {
        const snapshots = points.filter(({ timestamp }) => timestamp > ackedS)
        return { key: hour, revision, rows: { snapshots }, lastS: snapshots.at(-1)?.timestamp ?? ackedS }
      })
    case 'days':
      return readOwedDates(sql, part, most).flatMap(date => {
        const day = readDay(sql, date)
        return day === null ? [] : [dayUnit(day, classify)]
      })
    case 'usage':
      return readOwedDates(sql, part, most).flatMap(date => {
        const day = readDay(sql, date)
        if (day === null) return []
        const rows = { dailyUsage: dailyUsageRows(day, classify), replaceUsageOf: date }
        return [{ key: date, revision: day.groupsRevision, rows }]
      })
    case 'costs':
      return readOwedDates(sql, part, most).flatMap(date => {
        const day = readCostDay(sql, date)
        if (day === null) return []
        const dailyCosts = day.rows.map(({ project, lineItem, nanoUsd }) => ({
          date,
          project,
          line_item: lineItem,
          nano_usd: nanoUsd,
        }))
        return [{ key: date, revision: day.revision, rows: { dailyCosts, replaceCostsOf: date } }]
      })
    case 'hours':
      return readOwedHours(sql, most, nowS).map(({ hour, revision, groups }) => ({
        key: hour,
        revision,
        rows: {
          modelHours: modelHourRows(hour, groups, classify),
          hourTotals: groups.size === 0 ? [] : [hourTotal(hour, groups, classify)],
          replaceHours: { from: hour, to: hour + HOUR_S },
        },
      }))
  }
}

export function dayUnit(day: Day, classify: Classify): OwedUnit {
  return { key: day.date, revision: day.revision, rows: { summaries: summaryRows(day, classify) } }
}
