import type { DeliveryState } from '../wire.ts'

/** One message owed to one receiver. Times are Unix milliseconds. */
export interface Delivery {
  messageId: string
  /** Channel id: kind and digest, never the URL. */
  channel: string
  state: DeliveryState
  /** Counted before each try, so that a crash during a try is known afterwards. */
  attempts: number
  createdAt: number
  /** Pending: not before this time. Parked: since then. */
  dueAt: number
  /** True once the receiver has failed at the rich body: from then on it gets plain text. */
  plain: boolean
  lastStatus: number | null
  lastError: string | null
  deliveredAt: number | null
  /**
   * Tries without a known answer: no response came, or the process ended before it was noted. The receiver may have any
   * of them.
   */
  unanswered: number
  /** Unix seconds: when the receiver must be told that it is over; null where it need not, or its end is owed already. */
  endsAt?: number | null
}

/**
 * What one try came to. `unknown`: sent, but no answer; the receiver may have it. `refused`: it will never take it.
 * `malformed`: it does not take this body. `failed`: not now. Its status is null where it was not
 * asked over HTTP.
 */
export type SendResult =
  | { outcome: 'delivered'; status: number | null }
  | { outcome: 'refused'; status: number | null; error: string }
  | { outcome: 'malformed'; status: number; error: string }
  | { outcome: 'failed'; status: number | null; error: string; retryAfterMs: number | null }
  | { outcome: 'unknown'; error: string }
