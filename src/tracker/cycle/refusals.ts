import { faultWords, type UpstreamFault } from '../../openai/upstreamFault.ts'
import type { TrackerFailure } from '../../rpc/trackerStub.ts'
import { type Moment, restsUntil } from './agenda.ts'

/** Why OpenAI is not asked at this moment, or null. */
export function refusalAt(moment: Moment): TrackerFailure | null {
  if (moment.config.adminKey === null) {
    const detail = 'OPENAI_ADMIN_KEY is required: set an admin key with npx wrangler secret put OPENAI_ADMIN_KEY'
    return { ok: false, status: 503, code: 'not_configured', detail, retryAfterSeconds: null }
  }
  const retryAfterSeconds = secondsToRest(moment)
  if (retryAfterSeconds === null) return null
  const detail = `OpenAI asked not to be asked again for another ${retryAfterSeconds} s`
  return { ok: false, status: 429, code: 'upstream_rate_limited', detail, retryAfterSeconds }
}

/** What a fault of OpenAI's is to whoever asked for the read. */
export function failureOf(fault: UpstreamFault, moment: Moment): TrackerFailure {
  const { code, message, action } = faultWords(fault)
  const status =
    fault.kind === 'rateLimited' || fault.kind === 'noCredit' ? 429 : fault.kind === 'postponed' ? 503 : 502
  return { ok: false, status, code, detail: `${message} ${action}`, retryAfterSeconds: secondsToRest(moment) }
}

function secondsToRest(moment: Moment): number | null {
  const wait = restsUntil(moment) - moment.now
  return wait > 0 ? Math.ceil(wait / 1000) : null
}
