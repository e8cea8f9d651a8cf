import type { ChannelView, StatusView } from '../../../src/wire.ts'
import { channelView, statusView } from '../dashboard/usageView.ts'

/** `/api/status` of a tracker that is well, but for `change`. `now` in Unix seconds. */
export function sampleStatus(now: number, change: Partial<StatusView> = {}): StatusView {
  const times = { server_time: now, last_attempt: now, last_success: now, next_poll: now + 200 }
  const deliveries = { pending: 0, parked: 0, channels: [sampleChannel()] }
  return statusView({ ...times, open_days: [], deliveries, ...change })
}

export function sampleChannel(change: Partial<ChannelView> = {}): ChannelView {
  return channelView({ channel: 'slack-1a2b3c4d', last_status: 200, ...change })
}
