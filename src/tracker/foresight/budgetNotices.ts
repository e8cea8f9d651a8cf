import type { Notice } from '../../alerts/message.ts'
import { budgetKey, budgetNotice, reachedBudgets } from '../../alerts/notices/budget.ts'
import { lastOfMonth, projectMonth } from '../../forecast/projectMonth.ts'
import { addDays, dateOf, endOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readKnownKeys } from '../store/alertStore.ts'
import { readCostDays, readCostSums } from '../store/costStore.ts'
import { readNames } from '../store/nameStore.ts'
import type { Sql } from '../store/sql.ts'

const PROJECTED_FROM_DAYS = 30
const MOST_NAMED = 3

/** What months that are over cost before a reading of costs is written, in billionths of a dollar; 0 for the one that runs. */
export type MonthSums = ReadonlyMap<string, number>

/** Of the months that a reading from `from` (UTC date) on may change. Empty where there is no budget. */
export function monthSums({ config, ports }: Desk, from: string, today: string): MonthSums {
  if (config.monthlyBudgetUsd === null) return new Map()
  const [oldest, running] = [from.slice(0, 7), today.slice(0, 7)]
  return new Map([...(oldest === running ? [] : [[oldest, spentIn(ports.sql, oldest)] as const]), [running, 0]])
}

/**
 * What the costs, as they have just been written, say of the budget. A month that is over fires only because OpenAI's figures
 * of it have changed: not because a budget was set or lowered since.
 */
export function budgetNotices(desk: Desk, before: MonthSums, nowS: number): Notice[] {
  const { monthlyBudgetUsd: budgetUsd } = desk.config
  if (budgetUsd === null) return []
  const today = dateOf(nowS)
  return [...before].flatMap(([month, known]) => budgetOf(desk, { month, known, today, nowS, budgetUsd }))
}

function spentIn(sql: Sql, month: string): number {
  const first = `${month}-01`
  return readCostSums(sql, first, lastOfMonth(first)).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)
}

function budgetOf(
  desk: Desk,
  {
    month,
    known: before,
    today,
    nowS,
    budgetUsd,
  }: { month: string; known: number; today: string; nowS: number; budgetUsd: number },
): Notice[] {
  const { sql } = desk.ports
  const { firstSuccess, installation } = desk.memory.state
  const first = `${month}-01`
  const last = lastOfMonth(first)
  // A month that was over before the tracker began is nobody's news.
  if (firstSuccess === null || endOf(last) * 1000 <= firstSuccess) return []
  const spent = spentIn(sql, month)
  const facts = {
    month,
    date: today,
    nowS,
    nanoUsd: spent,
    budgetUsd,
    thresholds: desk.config.budgetThresholds,
    installation,
  }
  const old = before === 0 ? [] : reachedBudgets({ ...facts, nanoUsd: before })
  const reached = reachedBudgets(facts).filter(threshold => !old.includes(threshold))
  if (reached.length === 0) return []
  const known = readKnownKeys(
    sql,
    reached.map(threshold => budgetKey(month, threshold)),
  )
  const fresh = reached.filter(threshold => !known.has(budgetKey(month, threshold)))
  if (fresh.length === 0) return []
  const notice = budgetNotice(
    { ...facts, projected: month === today.slice(0, 7) ? projected(desk, today) : null, who: who(desk, first, last) },
    fresh,
  )
  return notice === null ? [] : [notice]
}

function projected(desk: Desk, today: string) {
  const days = readCostSums(desk.ports.sql, addDays(today, -PROJECTED_FROM_DAYS), today)
  return projectMonth(new Map(days.map(day => [day.date, day.nanoUsd])), today)
}

/** The projects that cost most of a span. */
function who(desk: Desk, from: string, to: string) {
  const sums = new Map<string, number>()
  for (const { rows } of readCostDays(desk.ports.sql, from, to)) {
    for (const { project, nanoUsd } of rows) sums.set(project, (sums.get(project) ?? 0) + nanoUsd)
  }
  const largest = [...sums].sort((a, b) => b[1] - a[1]).slice(0, MOST_NAMED)
  const names = readNames(
    desk.ports.sql,
    'project',
    largest.map(([id]) => id),
  )
  return largest.map(([id, nanoUsd]) => ({ name: names.get(id) || id || 'no project', nanoUsd }))
}
