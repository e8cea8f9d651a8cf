import { NO_TRIES } from '../../outbox/channelHealth.ts'
import type { MetricsFacts } from '../../rpc/trackerStub.ts'
import { dateOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readHealth } from '../store/deliveryStore.ts'
import { costsView } from './costsView.ts'
import type { Views } from './views.ts'

/** What `GET /metrics` shows: the same figures as the other reads, taken at one time. */
export function metricsFacts(desk: Desk, views: Views): MetricsFacts {
  const { ports, config, memory } = desk
  const today = dateOf(Math.floor(ports.now() / 1000))
  return {
    usage: views.usage(),
    status: views.status(),
    headroom: { premium: views.headroom('premium', 0), mini: views.headroom('mini', 0) },
    costs: costsView(desk, { by: 'day', from: today, to: today }),
    polls: memory.state.polls,
    deliveries: config.channels.map(({ id }) => ({
      channel: id,
      tries: readHealth(ports.sql, id)?.tries ?? NO_TRIES,
    })),
  }
}
