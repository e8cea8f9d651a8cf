/** Tells that the tracker no longer knows what is used, and later that it knows again. Nothing in it is secret. */
export interface WatchMessage {
  kind: 'blind' | 'seeing'
  /** The same over all attempts and receivers, so that a receiver can drop a repeat. No dots (Standard Webhooks). */
  id: string
  /** Unix seconds: the last reading before it was blind; null when there was none. */
  lastSuccess: number | null
  /** Unix seconds: the first try that failed since, or when the key was found missing. */
  failingSince: number
  /** Unix seconds: when this became known. */
  firedAt: number
  /** What is, or was, wrong, and what to do about it. */
  trouble: { code: string; message: string; action: string }
}
