import type { CostsView } from '../../../wire.ts'
import { usePlace, useUsage } from '../../page/PageContext.ts'
import { useResource } from '../../page/useResource.ts'
import { againForCosts, asOf, type CostPart, costParts, noCosts } from './costWords.ts'

/** Today's dollars and the month's, in a line. Empty until they are known: nobody waits for them. */
export function CostsLine() {
  const { zone } = usePlace()
  const usage = useUsage()
  const { value: costs, problem } = useResource<CostsView>(usage === null ? null : '/api/costs?days=1', againForCosts)
  if (usage === null) return null
  const why = noCosts(costs, problem)
  if (why !== null) return <p title={costs?.message ?? why}>{why}</p>
  if (costs === null) return null
  const [today, month] = costParts(costs, usage.date)
  return (
    <p>
      {today && <Part part={today} />} · {month && <Part part={month} />}
      {asOf(costs, zone)}
    </p>
  )
}

function Part({ part: { before, amount, after, tone } }: { part: CostPart }) {
  return (
    <span class={`tone-${tone}`}>
      {before} <b>{amount}</b>
      {after}
    </span>
  )
}
