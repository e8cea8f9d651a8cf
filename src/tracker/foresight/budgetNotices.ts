import type { Notice } from '../../alerts/message.ts'
import { budgetKey, budgetNotice, reachedBudgets } from '../../alerts/notices/budget.ts'
import { lastOfMonth, projectMonth } from '../../forecast/projectMonth.ts'
import { addDays, dateOf, endOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readKnownKeys } from '../store/alertStore.ts'
import { readCostDays, readCostSums } from '../store/costStore.ts'
import { readNames } from '../store/nameStore.ts'

/** Costs of the last days of a month still come in when the next has begun. */
const LATE_DAYS = 3
const PROJECTED_FROM_DAYS = 30
const MOST_NAMED = 3

/** What the costs, as they have just been written, say of the budget: for this month, and for the one that has just ended. */
export function budgetNotices(desk: Desk, nowS: number): Notice[] {
  const { monthlyBudgetUsd } = desk.config
  if (monthlyBudgetUsd === null) return []
  const today = dateOf(nowS)
  const months = new Set([addDays(today, -LATE_DAYS).slice(0, 7), today.slice(0, 7)])
  return [...months].flatMap(month => budgetOf(desk, { month, today, nowS, budgetUsd: monthlyBudgetUsd }))
}

function budgetOf(
  desk: Desk,
  { month, today, nowS, budgetUsd }: { month: string; today: string; nowS: number; budgetUsd: number },
): Notice[] {
  const { sql } = desk.ports
  const { firstSuccess, installation } = desk.memory.state
  const first = `${month}-01`
  const last = lastOfMonth(first)
  // A month that was over before the tracker began is nobody's news.
  if (firstSuccess === null || endOf(last) * 1000 <= firstSuccess) return []
  const spent = readCostSums(sql, first, last).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)
  const facts = {
    month,
    date: today,
    nowS,
    nanoUsd: spent,
    budgetUsd,
    thresholds: desk.config.budgetThresholds,
    installation,
  }
  const reached = reachedBudgets(facts)
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
