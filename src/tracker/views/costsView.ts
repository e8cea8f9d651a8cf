import { projectMonth } from '../../forecast/projectMonth.ts'
import { named } from '../../openai/namePage.ts'
import { addDays, dateOf } from '../../usage/utcDay.ts'
import type { CostsBy, CostsRow, CostsView } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { sideReadOf } from '../memory.ts'
import { type CostDay, readCostDays, readCostSums } from '../store/costStore.ts'
import { readNames } from '../store/nameStore.ts'

const NANO = 1_000_000_000
/** Days that the projection looks back on. */
const LOOKED_BACK_DAYS = 30

/** `GET /api/costs` for the dates from `from` to `to`, both included. */
export function costsView(desk: Desk, { by, from, to }: { by: CostsBy; from: string; to: string }): CostsView {
  const { memory, ports } = desk
  const days = by === 'day' ? [] : readCostDays(ports.sql, from, to)
  const sums = readCostSums(ports.sql, from, to)
  const total = sums.reduce((sum, day) => sum + day.nanoUsd, 0)
  const fault = sideReadOf(memory, 'costs', '')?.error ?? null
  const { costsReadS } = memory.state
  const isKnown = costsReadS > 0
  const message =
    fault === null ? (isKnown ? null : 'Costs have not been read yet.') : `${fault.message} ${fault.action}`
  return {
    currency: 'usd',
    by,
    from,
    to,
    rows:
      by === 'day'
        ? sums.map(day => ({ date: day.date, ...amount(day.nanoUsd), final: day.final }))
        : rowsBy(desk, days, by),
    total_usd: total / NANO,
    total_usd_text: dollars(total),
    month: monthView(desk),
    as_of: isKnown ? costsReadS : null,
    // What was read stays true while a later read fails.
    state: isKnown ? 'ok' : 'unavailable',
    message,
  }
}

function rowsBy(desk: Desk, days: readonly CostDay[], by: 'project' | 'line_item'): CostsRow[] {
  const sums = new Map<string, number>()
  for (const { rows } of days) {
    for (const row of rows) {
      const id = by === 'project' ? row.project : row.lineItem
      sums.set(id, (sums.get(id) ?? 0) + row.nanoUsd)
    }
  }
  const names = by === 'project' ? readNames(desk.ports.sql, 'project', sums.keys()) : new Map<string, string>()
  const nameless = by === 'project' ? 'no project' : 'no line item'
  return [...sums]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([id, nano]) => ({
      id: id === '' ? null : id,
      // An id is foreign text too: where it stands for a name, it is shown like one.
      name: id === '' ? nameless : (names.get(id) ?? (named(id, id).name || 'unnamed')),
      ...amount(nano),
    }))
}

function monthView(desk: Desk): CostsView['month'] {
  const today = dateOf(Math.floor(desk.ports.now() / 1000))
  const month = today.slice(0, 7)
  const sums = readCostSums(desk.ports.sql, addDays(today, -LOOKED_BACK_DAYS), today)
  const spent = readCostSums(desk.ports.sql, `${month}-01`, today).reduce((sum, day) => sum + day.nanoUsd, 0)
  const projection = projectMonth(new Map(sums.map(day => [day.date, day.nanoUsd])), today)
  return {
    month,
    ...amount(spent),
    projected_usd:
      projection === null
        ? null
        : {
            low: toCents(projection.low),
            expected: toCents(projection.expected),
            high: toCents(projection.high),
          },
    budget_usd: desk.config.monthlyBudgetUsd,
  }
}

function amount(nano: number): Pick<CostsRow, 'usd' | 'usd_text'> {
  return { usd: nano / NANO, usd_text: dollars(nano) }
}

/** A projection is no exact number. */
function toCents(nano: number): number {
  return Math.round(nano / 10_000_000) / 100
}

/** `12.345678901`: exact, without trailing zeros beyond the cents. */
export function dollars(nano: number): string {
  const sign = nano < 0 ? '-' : ''
  const digits = String(Math.abs(nano)).padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0{1,7}$/, '')
  return `${sign}${digits.slice(0, -9)}.${fraction}`
}
