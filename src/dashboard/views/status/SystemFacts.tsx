import { usePlace, useServerNow, useStatus } from '../../page/PageContext.ts'
import { dayAndClock } from '../../words/clock.ts'
import { plural } from '../../words/tokens.ts'
import { channelWords } from './channelWords.ts'

export function SystemFacts() {
  const { zone } = usePlace()
  useServerNow(60)
  const status = useStatus()
  if (!status) return <footer class="foot" />
  const facts: [string, string][] = [
    ['Upstream', status.upstream],
    ['Polls', `${status.poll_cron} (UTC)`],
    ['Alerts at', status.thresholds.map(each => `${each} %`).join(', ')],
    ['Last success', status.last_success === null ? 'never' : dayAndClock(status.last_success, zone)],
    ['Open days', status.open_days.join(', ') || 'none'],
    ['History', status.outbox.pending === 0 ? 'all rows written' : `${plural(status.outbox.pending, 'row')} waiting`],
    ['Connected pages', String(status.connections)],
    ['Version', status.version],
    ...status.deliveries.channels.map((channel): [string, string] => [channel.channel, channelWords(channel)]),
  ]
  return (
    <footer class="foot">
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </footer>
  )
}
