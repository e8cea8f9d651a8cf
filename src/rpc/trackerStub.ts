import type { HourTotal, ModelHour } from '../history/historyRows.ts'
import type { AlertsView, DayPoint, ModelsView, PollView, ReconcileView, StatusView, UsageView } from '../wire.ts'

// What the API asks of the Durable Object. Expected failures come back as values: an exception that crosses RPC keeps
// only its name and message (https://developers.cloudflare.com/workers/runtime-apis/rpc/error-handling/).

/** There is one object, whoever asks. */
export const TRACKER_NAME = 'organization'

/** Unix seconds at which the session of a socket ends; set by the API only. Without it, the socket has no end. */
export const SESSION_EXPIRY_HEADER = 'x-session-expires-at'

/** The session of a socket, where a cookie let it in; set by the API only. */
export const SESSION_ID_HEADER = 'x-session-id'

export interface TrackerStub {
  /** Re-arms a lost alarm. */
  watch(): Promise<void>
  usage(): Promise<UsageView>
  models(date: string): Promise<ModelsView>
  alerts(days: number): Promise<AlertsView>
  status(): Promise<StatusView>
  ready(): Promise<boolean>
  poll(): Promise<PollOutcome>
  reconcile(date: string): Promise<ReconcileOutcome>
  openHistory(sinceSeconds: number): Promise<OpenHistory>
  /** Ends a session that expires by itself at `expiresAt` (Unix seconds): its sockets are closed. May be repeated. */
  endSession(id: string, expiresAt: number): Promise<void>
  /** Ids of the sessions that were ended and would not have expired yet. */
  endedSessions(): Promise<string[]>
  /** The WebSocket upgrade, only after the API has let it pass; 401 when its session was ended. */
  fetch(request: Request): Promise<Response>
}

export interface TrackerFailure {
  ok: false
  status: 400 | 429 | 502 | 503
  code: string
  detail: string
  retryAfterSeconds: number | null
}

export type PollOutcome = { ok: true; view: PollView } | TrackerFailure
export type ReconcileOutcome = { ok: true; view: ReconcileView } | TrackerFailure

/** What D1 does not have yet. */
export interface OpenHistory {
  /** Hours from here on (Unix seconds) come from the object, earlier ones from D1. */
  d1Before: number
  hours: ModelHour[]
  hourTotals: HourTotal[]
  days: DayPoint[]
  /** How many (hour, model) entries D1 holds of each date, newest first. */
  entryCounts: { date: string; entries: number }[]
}
