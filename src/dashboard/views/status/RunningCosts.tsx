import type { StatusView } from '../../../wire.ts'
import { Panel } from '../../shell/Panel.tsx'
import { pollInterval } from '../../status/dataAge.ts'
import { fullTokens, percent } from '../../words/tokens.ts'
import { runningCosts } from './runningCosts.ts'

/** What the tracker itself costs at Cloudflare. */
export function RunningCosts({ status }: { status: StatusView }) {
  const rows = runningCosts(pollInterval(status))
  return (
    <Panel id="running" title="What running costs">
      <p>Nothing on Cloudflare’s free plan. An ordinary day of this schedule takes about:</p>
      <dl class="facts-list">
        {rows.map(({ what, aDay, free }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {fullTokens(aDay)}
              {free !== null && (
                <span class="muted">
                  {' '}
                  of {fullTokens(free)} free ({percent(aDay / free)})
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <p class="muted">As measured with 15 models in 3 projects; requests to OpenAI’s Usage API are free.</p>
    </Panel>
  )
}
