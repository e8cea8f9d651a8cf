// What the page holds and what has just come, as one.
import type { AlertView, SnapshotPoint, StatusView, UsageView } from '../../wire.ts'

const CLOCKS_AGREE_S = 3
const ALERTS_KEPT = 500

export interface ReadingsOfDate {
  /** UTC date. */
  date: string
  points: readonly SnapshotPoint[]
}

/** Replaces an alert that is already known: its deliveries may have moved on. Newest first. */
export function mergeAlerts(held: readonly AlertView[] | null, fresh: readonly AlertView[]): AlertView[] {
  const known = new Map((held ?? []).map(alert => [alert.id, alert]))
  for (const alert of fresh) known.set(alert.id, alert)
  return [...known.values()].sort((a, b) => b.timestamp - a.timestamp || b.id - a.id).slice(0, ALERTS_KEPT)
}

/** Server clock minus this machine's, in seconds; `now` is this machine's. */
export function clockOffsetOf(status: Pick<StatusView, 'server_time'>, now: number): number {
  const offset = status.server_time - now
  // Small differences are travel time and rounding; following them would make every countdown jump.
  return Math.abs(offset) > CLOCKS_AGREE_S ? offset : 0
}

/** Readings loaded from history, with the one the page already holds if that is newer; `held` where they are of another day. */
export function readingsOf(
  held: SnapshotPoint[] | null,
  { date, points }: ReadingsOfDate,
  usage: UsageView | null,
): SnapshotPoint[] {
  if (usage && usage.date !== date) return held ?? []
  const loaded = points.filter(point => point.date === date).sort((a, b) => a.timestamp - b.timestamp)
  return usage ? withReading(loaded, usage) : loaded
}

/** The readings of the day of `usage`, with its own. */
export function withReading(kept: readonly SnapshotPoint[], usage: UsageView): SnapshotPoint[] {
  const ofDay = kept.filter(point => point.date === usage.date)
  const at = usage.last_updated
  const last = ofDay.at(-1)
  // Before the day's first answer `last_updated` is of the day before.
  if (at === null || new Date(at * 1000).toISOString().slice(0, 10) !== usage.date) return ofDay
  if (last && last.timestamp > at) return ofDay
  const reading: SnapshotPoint = {
    timestamp: at,
    date: usage.date,
    premium_tokens: usage.premium.tokens_used,
    mini_tokens: usage.mini.tokens_used,
    premium_free_tokens: usage.premium.free_tokens,
    mini_free_tokens: usage.mini.free_tokens,
  }
  return [...(last?.timestamp === at ? ofDay.slice(0, -1) : ofDay), reading]
}
