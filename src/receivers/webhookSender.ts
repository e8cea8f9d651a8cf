import type { Message } from '../alerts/message.ts'
import { startDeadline } from '../deadline.ts'
import type { Delivery, SendResult } from '../outbox/delivery.ts'
import { isPossibleRepeat } from '../outbox/possibleRepeat.ts'
import type { Secret } from '../secret.ts'
import type { Channel } from './channel.ts'
import type { EmailBinding } from './emailBinding.ts'
import { kindNamed } from './kinds.ts'
import { redactAnswer } from './redactAnswer.ts'

export { standardHeaders } from './standardHeaders.ts'

// One try of one message at one receiver. Always ends within the timeout, never throws, follows no redirect (the next
// host would get the alert and, signed, the means to replay it), reads little and tells nothing that is secret.

const TIMEOUT_MS = 15_000
const MOST_ANSWER_BYTES = 4096
const USER_AGENT = 'openai-usage-tracker'

/** What a try needs beside the message. */
export interface Means {
  /** ALERT_WEBHOOK_SECRET; null where none is set. */
  secret: Secret | null
  publicUrl: string | null
  email: { binding: EmailBinding | null; from: string | null }
  /** Unix milliseconds. */
  now: number
}

export async function sendWebhook(
  channel: Channel,
  message: Message,
  delivery: Delivery,
  { secret, publicUrl, email, now }: Means,
): Promise<SendResult> {
  const kind = kindNamed(channel.kind)
  const own = new URL(channel.url.reveal())
  const options = {
    possibleRepeat: isPossibleRepeat(delivery),
    plain: delivery.plain,
    keepsFields: keepsFields(delivery),
    publicUrl,
  }
  const content = kind.render(message, options, own)
  const { signal, passed, clear } = startDeadline(TIMEOUT_MS)
  try {
    if (kind.carry !== undefined) return await kind.carry(content, own, { ...email, passed })
    const body = JSON.stringify(content)
    const headers = {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      ...kind.headers({ messageId: message.id, body, secret, now }),
    }
    const { href } = kind.target(own)
    const request = globalThis.fetch(href, { method: 'POST', headers, body, redirect: 'manual', signal })
    const response = await Promise.race([request, passed])
    const answer = await beginningOf(response, passed)
    const { status, headers: fields } = response
    return kind.judge({ status, headers: fields, body: answer, shown: redactAnswer(answer, own), now })
  } catch (error) {
    return {
      outcome: 'unknown',
      error: signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : connectionFault(error),
    }
  } finally {
    clear()
  }
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

/** Every fourth try is the text alone: after a fault of the receiver's nobody knows what it stumbles over. */
const TEXT_ALONE_EVERY = 4

function keepsFields({ lastStatus, attempts }: Delivery): boolean {
  return lastStatus !== null && lastStatus >= 500 && attempts % TEXT_ALONE_EVERY !== 0
}

/** Class and code only: messages of network errors repeat the URL ("Invalid URL: ...", "getaddrinfo ENOTFOUND host"). */
function connectionFault(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined
  const code = typeof cause?.code === 'string' && /^[A-Z][A-Z_]{2,40}$/.test(cause.code) ? ` (${cause.code})` : ''
  return `the connection failed before an answer came${code}`
}
