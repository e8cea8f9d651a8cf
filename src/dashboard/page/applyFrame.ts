import type { AlertView, LiveFrame, SnapshotPoint, StatusView, UsageView } from '../../wire.ts'
import type { PageState } from './pageState.ts'

const CLOCKS_AGREE_S = 3
const ALERTS_KEPT = 500

/** `now` is this machine's clock, in Unix seconds. */
export function applyFrame(state: PageState, frame: LiveFrame, now: number): PageState {
  switch (frame.type) {
    case 'snapshot':
      return withAlerts(withStatus(withUsage(found(state), frame.usage), frame.status, now), [
        ...frame.alerts,
        ...frame.notices,
      ])
    case 'usage':
      return withUsage(state, frame.usage)
    case 'alert':
      return withAlerts(state, [frame.alert])
    case 'notice':
      return withAlerts(state, [frame.notice])
    case 'status':
      return withStatus(state, frame.status, now)
  }
}

/** A snapshot brings what could not be loaded. */
function found(state: PageState): PageState {
  const { points } = state.missing
  return { ...state, missing: points ? { points } : {} }
}

export function withUsage(state: PageState, usage: UsageView): PageState {
  const ofToday = state.points?.filter(point => point.date === usage.date) ?? []
  return { ...state, usage, points: addReading(ofToday, usage) }
}

export function withStatus(state: PageState, status: StatusView, now: number): PageState {
  const offset = status.server_time - now
  // Small differences are travel time and rounding; following them would make every countdown jump.
  return { ...state, status, clockOffset: Math.abs(offset) > CLOCKS_AGREE_S ? offset : 0 }
}

/** Replaces an alert that is already known: its deliveries may have moved on. */
export function withAlerts(state: PageState, fresh: readonly AlertView[]): PageState {
  const known = new Map((state.alerts ?? []).map(alert => [alert.id, alert]))
  for (const alert of fresh) known.set(alert.id, alert)
  const alerts = [...known.values()].sort((a, b) => b.timestamp - a.timestamp || b.id - a.id).slice(0, ALERTS_KEPT)
  return { ...state, alerts }
}

/** Readings loaded from history, with the one the page already holds if that is newer. */
export function withPoints(state: PageState, date: string, loaded: readonly SnapshotPoint[]): PageState {
  if (state.usage && state.usage.date !== date) return state
  const points = loaded.filter(point => point.date === date).sort((a, b) => a.timestamp - b.timestamp)
  return { ...state, points: state.usage ? addReading(points, state.usage) : points }
}

function addReading(kept: readonly SnapshotPoint[], usage: UsageView): SnapshotPoint[] {
  const at = usage.last_updated
  const last = kept.at(-1)
  // Before the day's first answer `last_updated` is of the day before.
  if (at === null || new Date(at * 1000).toISOString().slice(0, 10) !== usage.date) return [...kept]
  if (last && last.timestamp > at) return [...kept]
  const reading: SnapshotPoint = {
    timestamp: at,
    date: usage.date,
    premium_tokens: usage.premium.tokens_used,
    mini_tokens: usage.mini.tokens_used,
    premium_free_tokens: usage.premium.free_tokens,
    mini_free_tokens: usage.mini.free_tokens,
  }
  return [...(last?.timestamp === at ? kept.slice(0, -1) : kept), reading]
}
