import type { ChannelView, StatusView } from '../../../wire.ts'
import { usePlace, useServerNow } from '../../page/PageContext.ts'
import { DataTable } from '../../shell/DataTable.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { when } from '../../words/clock.ts'
import { channelWords } from './channelWords.ts'
import { TestReceiver } from './TestReceiver.tsx'

/** Who is told, and when each last took a message. */
export function Receivers({ status }: { status: StatusView }) {
  const { zone } = usePlace()
  const now = useServerNow(30)
  const { channels } = status.deliveries
  return (
    <Panel id="receivers" title="Receivers">
      {channels.length === 0 ? (
        <p class="empty">
          None: alerts are shown here only. Set <code>ALERT_WEBHOOK_URL</code> with{' '}
          <code>npx wrangler secret put ALERT_WEBHOOK_URL</code>.
        </p>
      ) : (
        <DataTable
          label="Each receiver"
          columns={[
            { name: 'Receiver', cell: (each: ChannelView) => each.channel },
            { name: 'State', cell: (each: ChannelView) => channelWords(each) },
            {
              name: 'Last success',
              cell: (each: ChannelView) =>
                each.last_delivered_at === null ? 'never' : when(each.last_delivered_at, now, zone),
            },
            { name: 'Last answer', cell: lastAnswer },
            { name: 'Test', cell: (each: ChannelView) => <TestReceiver id={each.channel} /> },
          ]}
          rows={channels}
          keyOf={each => each.channel}
        />
      )}
      {status.heartbeat && (
        <p>
          Heartbeat:{' '}
          {status.heartbeat.last_at === null
            ? 'not sent since the tracker woke'
            : `${status.heartbeat.ok ? 'taken' : `refused (${status.heartbeat.detail ?? 'no reason'})`}, ${when(status.heartbeat.last_at, now, zone)}`}
        </p>
      )}
    </Panel>
  )
}

function lastAnswer({ last_status, last_error }: ChannelView): string {
  if (last_error !== null) return last_error
  return last_status === null ? 'none yet' : `taken (${last_status})`
}
