import { Webhook } from 'standardwebhooks'
import type { Message } from '../alerts/message.ts'
import { startDeadline } from '../deadline.ts'
import type { Delivery, SendResult } from '../outbox/delivery.ts'
import { isPossibleRepeat } from '../outbox/possibleRepeat.ts'
import type { Secret } from '../secret.ts'
import type { Channel } from './channel.ts'
import { classifyStatus } from './classifyStatus.ts'
import { redactAnswer } from './redactAnswer.ts'
import { renderBody } from './renderBody.ts'

// One try of one message at one receiver. Always ends within the timeout, never throws, follows no redirect (the next
// host would get the alert and, signed, the means to replay it), reads little and tells nothing that is secret.

const TIMEOUT_MS = 15_000
const MOST_ANSWER_BYTES = 4096
const USER_AGENT = 'openai-usage-tracker'

export async function sendWebhook(
  channel: Channel,
  message: Message,
  delivery: Delivery,
  secret: Secret | null,
  nowMs: number,
): Promise<SendResult> {
  const url = targetOf(channel)
  const body = renderBody(channel.kind, message, { possibleRepeat: isPossibleRepeat(delivery), plain: delivery.plain })
  const headers = {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    ...(channel.kind === 'generic' && standardHeaders(message.id, body, secret, nowMs)),
  }
  const { signal, passed, clear } = startDeadline(TIMEOUT_MS)
  try {
    const request = globalThis.fetch(url.href, { method: 'POST', headers, body, redirect: 'manual', signal })
    const response = await Promise.race([request, passed])
    const answer = await beginningOf(response, passed)
    return classifyStatus(channel.kind, response.status, response.headers, redactAnswer(answer, url), nowMs, answer)
  } catch (error) {
    return {
      outcome: 'unknown',
      error: signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : connectionFault(error),
    }
  } finally {
    clear()
  }
}

/** Without `wait`, Discord answers 204 before it has stored the message, also for one that it then loses. */
function targetOf(channel: Channel): URL {
  const url = new URL(channel.url.reveal())
  if (channel.kind === 'discord') url.searchParams.set('wait', 'true')
  return url
}

/** Standard Webhooks: the same id on every try, the time of this try, and a signature over exactly the bytes sent. */
export function standardHeaders(
  id: string,
  body: string,
  secret: Secret | null,
  nowMs: number,
): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(nowMs / 1000)) }
  if (secret === null) return headers
  return { ...headers, 'webhook-signature': new Webhook(secret.reveal()).sign(id, new Date(nowMs), body) }
}

/** A status that came stands, whatever becomes of the body: a receiver that took the message and then hangs has it. */
async function beginningOf(response: Response, passed: Promise<never>): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let left = MOST_ANSWER_BYTES; left > 0; ) {
      const { done, value } = await Promise.race([reader.read(), passed])
      if (done) break
      text += decoder.decode(value.subarray(0, left), { stream: true })
      left -= value.byteLength
    }
  } catch {
    // What has been read so far is enough to show.
  }
  // Not awaited: a body that does not end may not end its cancelling either.
  reader.cancel().catch(() => {})
  return text
}

/** Class and code only: messages of network errors repeat the URL ("Invalid URL: ...", "getaddrinfo ENOTFOUND host"). */
function connectionFault(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined
  const code = typeof cause?.code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(cause.code) ? ` (${cause.code})` : ''
  return `the connection failed before an answer came${code}`
}
