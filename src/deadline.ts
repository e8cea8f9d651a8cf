export interface Deadline {
  signal: AbortSignal
  /** Rejects when the time is over: an own race, because the other side need not honour an abort. */
  passed: Promise<never>
  /** Ends the timer. One that is left pending keeps a Durable Object awake, and its duration billed, until it fires. */
  clear(): void
}

/** A signal that aborts after `ms`, unless cleared before. AbortSignal.timeout cannot be cleared. */
export function startDeadline(ms: number): Deadline {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => {})
  const timer = setTimeout(() => {
    controller.abort()
    reject(new Error('deadline'))
  }, ms)
  return { signal: controller.signal, passed: promise, clear: () => clearTimeout(timer) }
}
