import { askTracker } from '../askTracker.ts'
import type { Call } from '../call.ts'
import { Reply } from '../reply.ts'

/** `GET /metrics`, for Prometheus. The words are loaded with the first scrape: nothing else needs them. */
export async function metrics(call: Call): Promise<object> {
  const facts = await askTracker(call, tracker => tracker.metrics())
  const [{ families }, { CONTENT_TYPE, exposition }] = await Promise.all([
    import('./families.ts'),
    import('./exposition.ts'),
  ])
  return new Reply(exposition(families(facts)), { headers: { 'content-type': CONTENT_TYPE } })
}
