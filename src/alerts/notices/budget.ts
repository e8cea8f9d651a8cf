import { recordWithoutTier } from '../alertRecord.ts'
import type { MessageWords } from '../messageWords.ts'
import { shownName } from '../shownName.ts'
import { usdWords } from '../usdWords.ts'
import type { NoticeOf } from './notice.ts'

/** The costs of a UTC month have reached a part of its budget. Once a month and threshold; a jump brings one message. */
export interface BudgetMessage {
  kind: 'budget'
  id: string
  /** `YYYY-MM` */
  month: string
  date: string
  /** Percent: the highest that was reached, and all that were reached with it, ascending. */
  threshold: number
  thresholds: number[]
  /** Billionths of a dollar. */
  nanoUsd: number
  budgetNanoUsd: number
  /** Of the budget, whole percent, rounded. */
  percentage: number
  /** Where the month will end, in billionths of a dollar; null where too little is known. */
  projected: { low: number; expected: number; high: number } | null
  /** What costs most this month. Foreign names. */
  who: { name: string; nanoUsd: number }[]
  firedAt: number
}

export interface BudgetFacts {
  month: string
  date: string
  nowS: number
  nanoUsd: number
  budgetUsd: number
  thresholds: readonly number[]
  projected: BudgetMessage['projected']
  who: BudgetMessage['who']
  installation: string
}

export function budgetKey(month: string, threshold: number): string {
  return `budget ${month} ${threshold}`
}

/** Thresholds (percent) that the month's costs have reached, ascending. */
export function reachedBudgets({
  nanoUsd,
  budgetUsd,
  thresholds,
}: Pick<BudgetFacts, 'nanoUsd' | 'budgetUsd' | 'thresholds'>): number[] {
  // In whole numbers: cents of the budget, thousandths of a percent, billionths of a dollar.
  const spent = BigInt(Math.round(nanoUsd)) * 100_000n
  const budget = BigInt(Math.round(budgetUsd * 100)) * 10_000_000n
  return thresholds.filter(percent => spent >= BigInt(Math.round(percent * 1000)) * budget)
}

/** `fresh`: those that were never told this month. */
export function budgetNotice(facts: BudgetFacts, fresh: readonly number[]): NoticeOf<BudgetMessage> | null {
  const threshold = fresh.at(-1)
  if (threshold === undefined) return null
  const { month, date, nowS, nanoUsd, budgetUsd, projected, who, installation } = facts
  const budgetNanoUsd = Math.round(budgetUsd * 100) * 10_000_000
  const percentage = Math.round((nanoUsd / budgetNanoUsd) * 100)
  const message: BudgetMessage = {
    kind: 'budget',
    id: `budget-${installation}-${month}-${String(threshold).replaceAll('.', '_')}`,
    month,
    date,
    threshold,
    thresholds: [...fresh],
    nanoUsd,
    budgetNanoUsd,
    percentage,
    projected,
    who,
    firedAt: nowS,
  }
  const records = fresh.map(percent => ({
    ...recordWithoutTier({
      kind: 'budget',
      key: budgetKey(month, percent),
      date,
      message: headline(message),
      firedAt: nowS,
    }),
    threshold: percent,
    percentage,
  }))
  return { records, message }
}

function headline({ percentage, month }: Pick<BudgetMessage, 'percentage' | 'month'>): string {
  return `💰 OpenAI Costs: ${percentage}% of the budget of ${month} is spent`
}

export function budgetWords(message: BudgetMessage): MessageWords {
  const { nanoUsd, budgetNanoUsd, projected, thresholds } = message
  const spent = `${usdWords(nanoUsd)} of ${usdWords(budgetNanoUsd)}`
  const end =
    projected === null
      ? 'not known yet'
      : `${usdWords(projected.expected)} (${usdWords(projected.low)} to ${usdWords(projected.high)})`
  const who = message.who.map(({ name, nanoUsd: nano }) => `${shownName(name)} ${usdWords(nano)}`).join(', ')
  const passed = thresholds.map(percent => `${percent}%`).join(', ')
  return {
    severity: nanoUsd >= budgetNanoUsd ? 'critical' : 'warning',
    headline: headline(message),
    sentences: [
      `${spent} are spent in ${message.month} (UTC). Passed: ${passed} of the budget.`,
      `Expected at the month's end: ${end}.`,
      ...(who === '' ? [] : [`Most of it: ${who}.`]),
    ],
    facts: [
      { label: 'Spent', value: spent },
      { label: 'Thresholds passed', value: passed },
      { label: "Expected at the month's end", value: end },
      ...(who === '' ? [] : [{ label: 'Most of it', value: who }]),
    ],
    notes: [
      'Why now: MONTHLY_BUDGET_USD and BUDGET_THRESHOLD ask for it. OpenAI reports costs up to a day late, so more may be spent already.',
      'What to do: see who spends it under Costs, or set a hard limit for the project at OpenAI.',
    ],
  }
}

export function budgetFields(message: BudgetMessage): object {
  const { projected } = message
  return {
    date: message.date,
    month: message.month,
    threshold: message.threshold,
    thresholds: message.thresholds,
    percentage: message.percentage,
    usd: message.nanoUsd / 1e9,
    budget_usd: message.budgetNanoUsd / 1e9,
    projected_usd:
      projected === null
        ? null
        : { low: projected.low / 1e9, expected: projected.expected / 1e9, high: projected.high / 1e9 },
  }
}
