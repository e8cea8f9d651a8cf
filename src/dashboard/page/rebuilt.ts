import type { StatusView } from '../../wire.ts'

type Rebuilding = Pick<StatusView, 'backfill' | 'missed_ticks_pending' | 'history'>

/** The server has just filled in days or ticks that it had missed, or found its database: history reads differently now. */
export function rebuilt(before: Rebuilding, after: Rebuilding): boolean {
  const days = before.backfill === 'pending' && after.backfill === 'done'
  const database = before.history.state !== 'ok' && after.history.state === 'ok'
  return days || database || (before.missed_ticks_pending > 0 && after.missed_ticks_pending === 0)
}
