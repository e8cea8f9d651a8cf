import type { CostsView } from '../../../wire.ts'
import { Panel } from '../../shell/Panel.tsx'
import { dollars, plainDollars, roughDollars } from '../../words/dollars.ts'
import { percent } from '../../words/tokens.ts'
import { monthName } from './costWords.ts'

/** Today, the month to date against its budget, and where it will end. */
export function MonthBar({ costs, today }: { costs: CostsView; today: string }) {
  const { month, rows } = costs
  const { usd, budget_usd, projected_usd } = month
  const ofToday = rows.find(({ date }) => date === today)
  const end = Math.max(usd, projected_usd?.high ?? 0, budget_usd ?? 0, 0.01)
  const at = (amount: number) => `${((Math.max(0, amount) / end) * 100).toFixed(2)}%`
  const isOver = budget_usd !== null && usd > budget_usd
  return (
    <Panel id="month" class={`month ${isOver ? 'state-exceeded' : 'state-ok'}`} title={monthName(month.month)}>
      <dl class="facts-line">
        <div>
          <dt>Today so far</dt>
          <dd>{ofToday ? dollars(ofToday.usd) : 'not in yet'}</dd>
        </div>
        <div>
          <dt>Month to date</dt>
          <dd>
            {dollars(usd)}
            {budget_usd !== null && <span class="muted"> of {plainDollars(budget_usd)}</span>}
          </dd>
        </div>
        <div>
          <dt>Will end near</dt>
          <dd>
            {projected_usd ? roughDollars(projected_usd.expected) : 'not known yet'}
            {projected_usd && projected_usd.low !== projected_usd.high && (
              <span class="muted">
                {' '}
                {roughDollars(projected_usd.low)} to {roughDollars(projected_usd.high)}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>Budget</dt>
          <dd>
            {budget_usd === null ? (
              <span class="muted">none set (MONTHLY_BUDGET_USD)</span>
            ) : (
              budgetWords(usd, budget_usd)
            )}
          </dd>
        </div>
      </dl>
      <div class="track" aria-hidden="true">
        {projected_usd && <i class="projected" style={{ width: at(projected_usd.expected) }} />}
        <i class="fill" style={{ width: at(usd) }} />
        {budget_usd !== null && <i class="limit" style={{ left: at(budget_usd) }} />}
      </div>
    </Panel>
  )
}

function budgetWords(usd: number, budget: number): string {
  return usd > budget ? `${dollars(usd - budget)} over` : `${percent(usd / budget)} used, ${dollars(budget - usd)} left`
}
