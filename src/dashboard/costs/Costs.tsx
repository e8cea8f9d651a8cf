import { useEffect } from 'preact/hooks'
import { usePlace, useView } from '../page/PageContext.ts'
import { asOf, type CostPart, costParts, noCosts } from './costWords.ts'
import { nextAskMs } from './nextAskMs.ts'

/** Today's dollars and the month's. Empty until they are known. */
export function Costs() {
  const { state, zone } = useView()
  const { costs, missing, usage } = state
  useAsking(usage !== null)
  if (usage === null) return null
  const why = noCosts(costs, missing.costs)
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

/** Asks as soon as the numbers are there, and then again and again: no socket carries costs. */
function useAsking(numbersAreThere: boolean): void {
  const { page } = usePlace()
  useEffect(() => {
    if (!numbersAreThere) return
    let timer: ReturnType<typeof setTimeout>
    let isGone = false
    let triesInVain = 0
    const look = async () => {
      const { costs, paused } = page.state.get()
      if (costs === null || !(paused || document.hidden)) await page.askCosts()
      if (isGone) return
      const areKnown = page.state.get().costs?.state === 'ok'
      timer = setTimeout(look, nextAskMs(areKnown, triesInVain++))
    }
    void look()
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [page, numbersAreThere])
}
