import type { VarReader } from './varReader.ts'

export const BUDGET_VARS = ['MONTHLY_BUDGET_USD'] as const

export interface Budget {
  /** Dollars a UTC month; null: none is set. */
  monthlyBudgetUsd: number | null
}

/** Nobody's month; and in billionths it is still a whole number that JavaScript counts exactly. */
const HIGHEST_BUDGET_USD = 9_000_000

export function readBudget(vars: VarReader<(typeof BUDGET_VARS)[number]>): Budget {
  const monthlyBudgetUsd = vars.read<number | null>({
    name: 'MONTHLY_BUDGET_USD',
    parse: parseDollars,
    fallback: null,
    wanted: 'dollars a month above 0, like 250 or 99.50',
  })
  return { monthlyBudgetUsd }
}

function parseDollars(value: string): number | null {
  const dollars = /^\$?\d+(\.\d{1,2})?$/.test(value) ? Number(value.replace('$', '')) : Number.NaN
  return dollars > 0 && dollars <= HIGHEST_BUDGET_USD ? dollars : null
}
