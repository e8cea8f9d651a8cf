import type { HourTotal, ModelHour } from '../history/historyRows.ts'
import type { DeliveryCounts } from '../outbox/channelHealth.ts'
import type { Part } from '../usage/breakdown.ts'
import type {
  AlertKind,
  AlertsView,
  BrakeActionView,
  BrakeView,
  BreakdownBy,
  CostsBy,
  CostsView,
  DayPoint,
  ForecastView,
  HeadroomView,
  ModelsView,
  PollView,
  ReceiversView,
  ReceiverTestView,
  ReconcileView,
  RowHour,
  RowHoursBy,
  SnapshotPoint,
  StatusView,
  Tier,
  UsageView,
} from '../wire.ts'

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
  /** `GET /api/usage` as JSON text, made once for all who ask. */
  usageText(): Promise<string>
  /** Changes when any answer of the object, or of D1 for the dates that D1 serves, may be another one than before. */
  revision(): Promise<string>
  /** All that `GET /metrics` shows. */
  metrics(): Promise<MetricsFacts>
  models(date: string): Promise<ModelsView>
  alerts(days: number, kinds: readonly AlertKind[]): Promise<AlertsView>
  forecast(): Promise<ForecastView>
  /** `strict`: what fits is taken as used from now on. */
  headroom(tier: Tier, tokens: number, strict: boolean): Promise<HeadroomView>
  status(): Promise<StatusView>
  ready(): Promise<boolean>
  poll(): Promise<PollOutcome>
  reconcile(date: string): Promise<ReconcileOutcome>
  /** What the object itself serves of the dates from `from` to `to`, both included; all others are D1's. */
  ownTicks(from: string, to: string): Promise<OwnDates<SnapshotPoint>>
  ownHours(from: string, to: string): Promise<OwnDates<HourTotal>>
  ownDays(from: string, to: string): Promise<OwnDates<DayPoint>>
  /** Where a page of the list of hours by model is found. */
  hourPage(limit: number, offset: number): Promise<HourPage>
  /** Who used the dates of a span, as far as the object serves them. */
  ownUsage(from: string, to: string, by: BreakdownBy): Promise<OwnUsage>
  /** The hours of a date of one row of the breakdown; null where they are D1's. */
  ownRowHours(date: string, by: RowHoursBy, id: string): Promise<RowHour[] | null>
  /** The last known names of some ids; what has none is left out. */
  names(kind: 'project' | 'api_key' | 'user', ids: string[]): Promise<Record<string, string>>
  costs(by: CostsBy, from: string, to: string): Promise<CostsView>
  receivers(): Promise<ReceiversView>
  brake(): Promise<BrakeView>
  /** Sets or releases the brake of some tiers until the reset. */
  changeBrake(action: 'set' | 'release', tiers: readonly Tier[]): Promise<BrakeOutcome>
  /** Sends a test message to one receiver, now. */
  testReceiver(id: string): Promise<ReceiverTestOutcome>
  /** Ends a session that expires by itself at `expiresAt` (Unix seconds): its sockets are closed. May be repeated. */
  endSession(id: string, expiresAt: number): Promise<void>
  /** Ids of the sessions that were ended and would not have expired yet. */
  endedSessions(): Promise<string[]>
  /** The WebSocket upgrade, only after the API has let it pass; 401 when its session was ended. */
  fetch(request: Request): Promise<Response>
}

export interface MetricsFacts {
  usage: UsageView
  status: StatusView
  headroom: Record<Tier, HeadroomView>
  /** Of today, with the month's. */
  costs: CostsView
  /** Polls by what they came to: `ok`, or the code of the fault. */
  polls: Readonly<Record<string, number>>
  /** Tries to deliver, by receiver: of those that are configured now. */
  deliveries: readonly { channel: string; tries: DeliveryCounts }[]
}

export interface TrackerFailure {
  ok: false
  status: 400 | 404 | 409 | 429 | 502 | 503
  code: string
  detail: string
  retryAfterSeconds: number | null
}

export type PollOutcome = { ok: true; view: PollView } | TrackerFailure
export type BrakeOutcome = { ok: true; view: BrakeActionView } | TrackerFailure
export type ReceiverTestOutcome = { ok: true; view: ReceiverTestView } | TrackerFailure
export type ReconcileOutcome = { ok: true; view: ReconcileView } | TrackerFailure

/**
 * The object serves a date until D1 has acknowledged all of it; D1 serves the others. There is no hour that neither of them
 * shows.
 */
export interface OwnDates<Point> {
  dates: string[]
  /** Those of `dates` of which D1 has something that the object has not: ticks from before the books. */
  shared: string[]
  /** Of `dates`, oldest first. */
  points: Point[]
}

export interface OwnUsage {
  dates: string[]
  /** Of `dates`, summed by the dimension that was asked for. */
  parts: Part[]
  /** True when no date of the span can move any more. */
  final: boolean
}

/** A page of the list of hours by model, newest first: parts of it, in their order. */
export interface HourPage {
  parts: HourPart[]
  total: number
}

export type HourPart =
  | { from: 'object'; entries: ModelHour[] }
  /** To be read from D1: the hours in `[fromHour, toHour)` (Unix seconds), newest first. */
  | { from: 'd1'; fromHour: number; toHour: number; offset: number; limit: number }
