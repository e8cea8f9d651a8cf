import type { StatusView } from '../../wire.ts'

type Rebuilding = Pick<StatusView, 'backfill' | 'missed_ticks_pending' | 'history'>

/** The server has just filled in days or ticks that it had missed, or found its database: history reads differently now. */
export function rebuilt(before: Rebuilding, after: Rebuilding): boolean {
  const days = before.backfill === 'pending' && after.backfill === 'done'
  const database = before.history.state !== 'ok' && after.history.state === 'ok'
  return days || database || (before.missed_ticks_pending > 0 && after.missed_ticks_pending === 0)
}

/** A message has arrived, failed or been given up: the alerts that the page holds say otherwise. */
export function deliveriesMoved(
  before: Pick<StatusView, 'deliveries'>,
  after: Pick<StatusView, 'deliveries'>,
): boolean {
  return JSON.stringify(before.deliveries) !== JSON.stringify(after.deliveries)
}

/** An ordinary poll leaves a handful of rows for a moment; more are days or hours on their way into the database. */
const MANY_ROWS = 30

/** History is incomplete for the moment, and nobody will say when it is not: it has to be asked again. */
export function historyBehind({ history, outbox }: Pick<StatusView, 'history' | 'outbox'>): boolean {
  return history.state === 'ok' && outbox.pending > MANY_ROWS
}
