/**
 * One line of the ledger: a model request, an aggregate of several, or a correction of an earlier line (then with
 * negative numbers). The API shows the sum of all lines whose `visibleFrom` has passed, which is how data comes late
 * and how a bucket changes after the fact.
 */
export type UsageEvent = {
  /** Unix seconds; decides the bucket. */
  time: number
  /** Unix seconds; before it the line does not exist for a client. */
  visibleFrom: number
  model: string
  project: string
  user: string
  /** Empty where there was none, as in the Playground. */
  apiKey: string
  batch: boolean
  serviceTier: string
  /** All input: cached, cache-write and uncached. */
  input: number
  cached: number
  cacheWrite: number
  output: number
  requests: number
}

export type EventInput = Pick<UsageEvent, 'model' | 'input' | 'output'> & Partial<UsageEvent>

/** An event is visible at once when it lies in the past, and at its own time when it lies in the future. */
export function usageEvent(given: EventInput, nowSeconds: number): UsageEvent {
  const time = Math.floor(given.time ?? nowSeconds)
  return {
    project: 'proj_sim',
    user: 'user-sim',
    apiKey: 'key_sim',
    batch: false,
    serviceTier: 'default',
    cached: 0,
    cacheWrite: 0,
    requests: 1,
    visibleFrom: Math.max(time, nowSeconds),
    ...given,
    time,
  }
}
