import { usePlace, useServerNow } from '../page/PageContext.ts'
import type { Resource } from '../page/question.ts'
import { when } from '../words/clock.ts'

/** What stands where a resource's value would: that it is on its way, or why it is not there, since when, and that it is asked again. */
export function Trouble({ of, what }: { of: Resource<unknown>; what: string }) {
  const { page, zone } = usePlace()
  const now = useServerNow(30)
  if (of.problem === null) return of.value === null ? <p class="empty">Loading…</p> : null
  const { detail, title } = of.problem
  const since = of.since === null ? '' : ` Since ${when(of.since + page.facts.clockOffset.get(), now, zone)}`
  return (
    <p class="empty tone-warn trouble" role="status">
      {what} cannot be read: {detail || title}
      {since}, trying again by itself.
    </p>
  )
}
