import type { Budget } from '../budget.ts'
import { startDeadline } from '../deadline.ts'
import type { Secret } from '../secret.ts'
import { faultOfStatus } from './faultOfStatus.ts'
import { malformed, type UpstreamFault } from './upstreamFault.ts'

// The door to OpenAI: one of the two rooms that may call fetch, and here alone. It reads; only the brake writes (modelPermissions.ts).

export interface Upstream {
  baseUrl: string
  adminKey: Secret
  projectIds: readonly string[]
  /** Ends the whole poll, whichever page it is at. */
  signal: AbortSignal
  /** Each page takes one request of it. */
  budget: Budget
  /** Unix milliseconds. */
  now(): number
}

export type Answer =
  | {
      ok: true
      text: string
      bytes: number
      /** True when the simulator that ships with this project answered. */
      simulated: boolean
      requestId: string | null
    }
  | { ok: false; fault: UpstreamFault }

/** A page, its body included, takes at most this long; a slow drip counts as no answer. */
export const PAGE_TIMEOUT_MS = 20_000
/** A page of a few hundred models is far below; more would fill the object's memory. */
export const LARGEST_PAGE_BYTES = 8 * 1024 * 1024
export const PAGE_TOO_LARGE = `the body is larger than ${LARGEST_PAGE_BYTES} bytes`

/**
 * The body of OpenAI's answer to a request with the admin key, by GET unless `how` says otherwise, or why there is none. Takes one
 * request of the budget; `postponed`, without a request, where none is left. Throws nothing.
 */
export async function askOpenAI(
  upstream: Upstream,
  url: string,
  how: { method: 'POST' | 'DELETE'; body?: object } | null = null,
): Promise<Answer> {
  if (!upstream.budget.take()) return { ok: false, fault: { kind: 'postponed' } }
  const timeout = startDeadline(PAGE_TIMEOUT_MS)
  try {
    const request = fetch(url, {
      headers: {
        authorization: `Bearer ${upstream.adminKey.reveal()}`,
        accept: 'application/json',
        ...(how?.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(how !== null && { method: how.method }),
      ...(how?.body !== undefined && { body: JSON.stringify(how.body) }),
      // A redirect would carry the key elsewhere; 'error' throws in workerd, so it is refused by status.
      redirect: 'manual',
      signal: AbortSignal.any([timeout.signal, upstream.signal]),
    })
    const response = await Promise.race([request, timeout.passed])
    const requestId = requestIdIn(response.headers)
    const body = await Promise.race([readText(response, LARGEST_PAGE_BYTES), timeout.passed])
    const { status, headers } = response
    if (status !== 200) {
      const refusal = { status, headers, body: body?.text ?? '', requestId }
      return { ok: false, fault: faultOfStatus(refusal, upstream.now()) }
    }
    if (body === null) return malformed(PAGE_TOO_LARGE, requestId)
    return { ok: true, ...body, simulated: headers.has('x-openai-simulator'), requestId }
  } catch {
    // The error's text may carry the URL; its cause is told apart by the signals alone.
    if (timeout.signal.aborted || upstream.signal.aborted)
      return { ok: false, fault: { kind: 'timedOut', afterMs: PAGE_TIMEOUT_MS } }
    return { ok: false, fault: { kind: 'unreachable' } }
  } finally {
    timeout.clear()
  }
}

/** A page of an ordinary day in two reads: the runtime's own choice is 4 KiB, and each read costs as much as a short query. */
const BYTES_A_READ = 128 * 1024

/** The body as text, or null as soon as it is larger than `most` bytes: the rest is never taken in. */
async function readText(response: Response, most: number): Promise<{ text: string; bytes: number } | null> {
  if (response.body === null) return { text: '', bytes: 0 }
  const read = readsOf(response.body)
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { value, done } = await read.next()
    if (done || value === undefined) return { text: text + decoder.decode(), bytes }
    bytes += value.byteLength
    if (bytes > most) {
      await read.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
}

interface Reads {
  next(): Promise<{ value?: Uint8Array | undefined; done: boolean }>
  cancel(): Promise<void>
}

/** What the network gives is a stream of bytes, which fills a buffer of any size; another one has chunks of its own. */
function readsOf(body: ReadableStream<Uint8Array>): Reads {
  try {
    const reader = body.getReader({ mode: 'byob' })
    return { next: () => reader.read(new Uint8Array(BYTES_A_READ)), cancel: () => reader.cancel() }
  } catch {
    const reader = body.getReader()
    return { next: () => reader.read(), cancel: () => reader.cancel() }
  }
}

function requestIdIn(headers: Headers): string | null {
  const id = headers.get('x-request-id')
  // A gateway that sends back what it was sent may send the key.
  return id !== null && /^(?!sk-)[\w-]{1,64}$/.test(id) ? id : null
}
