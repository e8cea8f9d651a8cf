import type { StatusView, UsageView } from '../../wire.ts'

export type DataAge = { kind: 'none' } | { kind: 'fresh'; seconds: number } | { kind: 'stale'; seconds: number }

const DEFAULT_INTERVAL_S = 300
/** Younger than two polls is fresh. */
const FRESH_INTERVALS = 2
/** A poll takes time, and the page hears of it a little later. */
const GRACE_S = 30

export function dataAge(usage: UsageView | null, status: StatusView | null, now: number): DataAge {
  if (!usage || usage.last_updated === null) return { kind: 'none' }
  const seconds = Math.max(0, now - usage.last_updated)
  const old = seconds > FRESH_INTERVALS * pollInterval(status) + GRACE_S
  return { kind: usage.stale || old ? 'stale' : 'fresh', seconds }
}

/** Seconds between polls: read off the common cron forms, else off the distance to the next poll. */
export function pollInterval(status: StatusView | null): number {
  if (!status) return DEFAULT_INTERVAL_S
  const fields = status.poll_cron.trim().split(/\s+/)
  const unit = fields.length === 6 ? 1 : 60
  const every = /^(?:\*|\*\/(\d+))$/.exec(fields[0] ?? '')
  if (every) return Math.max(5, Number(every[1] ?? 1) * unit)
  const distance = (status.next_poll ?? 0) - (status.last_attempt ?? 0)
  return Math.max(DEFAULT_INTERVAL_S, status.next_poll && status.last_attempt ? distance : 0)
}
