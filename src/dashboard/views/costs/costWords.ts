import type { CostsView, Problem } from '../../../wire.ts'
import type { Again } from '../../page/question.ts'
import { dayAndClock } from '../../words/clock.ts'
import { dollars, plainDollars, roughDollars } from '../../words/dollars.ts'
import type { Zone } from '../../words/zone.ts'

/** One thing said: `before`, the amount, and what goes with it. */
export interface CostPart {
  before: string
  amount: string
  after: string
  tone: 'none' | 'warn'
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

/** `2026-11` -> `November`. */
export function monthName(month: string): string {
  return MONTHS[Number(month.slice(5, 7)) - 1] ?? month
}

/** Today's costs and the month's. `today` is the date that the page shows: what is of another is not said to be today's. */
export function costParts({ rows, month }: CostsView, today: string): CostPart[] {
  const row = rows.find(({ date }) => date === today)
  const name = monthName(month.month)
  return [
    {
      before: row ? 'Today' : 'Today’s costs are not in yet',
      amount: row ? dollars(row.usd) : '',
      after: row?.final === false ? ' so far' : '',
      tone: 'none',
    },
    {
      before: name,
      amount: dollars(month.usd),
      after: budget(month) + ends(month),
      tone: isOver(month) ? 'warn' : 'none',
    },
  ]
}

/** Why there is nothing to show; of a reason in many sentences the first. */
export function noCosts(costs: CostsView | null, problem: Problem | null): string | null {
  if (costs?.state === 'ok') return null
  const reason = costs ? costs.message : problem && (problem.detail || problem.title)
  if (reason === undefined || (costs === null && problem === null)) return null
  const [first] = (reason ?? '').split(/(?<=\.) /)
  return first ? `No costs: ${first}` : 'Costs are not available.'
}

/** ` · as of Thu 19 Dec, 14:05 UTC` where a later read has failed, else empty. */
export function asOf({ as_of, message }: CostsView, zone: Zone): string {
  return message !== null && as_of !== null ? ` · as of ${dayAndClock(as_of, zone)}` : ''
}

/** OpenAI's costs are read once an hour. */
const HOUR_MS = 3_600_000
const FIRST_AGAIN_MS = 10_000

/** Hourly, and while there are none sooner, ever more slowly: a tracker that has just started has them in a moment. */
export const againForCosts: Again = ({ value }, tries) =>
  (value as CostsView | null)?.state === 'ok'
    ? HOUR_MS
    : Math.min(HOUR_MS, FIRST_AGAIN_MS * 2 ** Math.min(tries - 1, 10))

type Month = CostsView['month']

function isOver({ usd, budget_usd, projected_usd }: Month): boolean {
  return budget_usd !== null && Math.max(usd, projected_usd?.expected ?? 0) > budget_usd
}

function budget({ usd, budget_usd }: Month): string {
  if (budget_usd === null) return ''
  return usd > budget_usd ? `, over its budget of ${plainDollars(budget_usd)}` : ` of ${plainDollars(budget_usd)}`
}

function ends({ usd, projected_usd, budget_usd }: Month): string {
  if (projected_usd === null) return ''
  const [low, expected, high] = [projected_usd.low, projected_usd.expected, projected_usd.high].map(roughDollars)
  const range = low === high ? '' : ` (${low}–${high})`
  const isAhead = budget_usd !== null && usd <= budget_usd && projected_usd.expected > budget_usd
  return `, ends near ${expected}${range}${isAhead ? ', over budget' : ''}`
}
