import { useAlerts, usePlace, useServerNow, useUsage } from '../../page/PageContext.ts'
import { Icon } from '../../shell/Icon.tsx'
import { ViewLink } from '../../shell/ViewLink.tsx'
import { when } from '../../words/clock.ts'
import { shortMessage } from '../alerts/kindWords.ts'

/** The newest of today's alerts, and the way to all. */
export function LatestAlert() {
  const { zone } = usePlace()
  const alerts = useAlerts()
  const usage = useUsage()
  const now = useServerNow(60)
  const latest = alerts?.find(alert => alert.date === usage?.date)
  if (!latest) return null
  return (
    <p class="latest">
      <Icon name="bell" />
      <span class="said">
        {shortMessage(latest)}, {when(latest.timestamp, now, zone)}
      </span>
      <ViewLink to="alerts">All alerts</ViewLink>
    </p>
  )
}
