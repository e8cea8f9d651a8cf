import { startDeadline } from '../deadline.ts'
import type { Secret } from '../secret.ts'
import type { Bucket } from '../usage/usageGroup.ts'
import { faultOfStatus } from './faultOfStatus.ts'
import type { UpstreamFault } from './upstreamFault.ts'
import { parsePage, type UsagePage } from './usagePage.ts'
import { PAGE_BUCKETS, type UsageQuery, usageUrl } from './usageQuery.ts'
import { walkPages } from './walkPages.ts'

// The door to OpenAI: one of the two rooms that may call fetch. Reads all pages of a query or reports why not.

export interface Upstream {
  baseUrl: string
  adminKey: Secret
  projectIds: readonly string[]
  /** Ends the whole poll, whichever page it is at. */
  signal: AbortSignal
}

export interface Reading {
  buckets: Bucket[]
  requests: number
  /** True when the answers came from the simulator that ships with this project. */
  simulated: boolean
}

export type ReadResult = { ok: true; reading: Reading } | { ok: false; fault: UpstreamFault; requests: number }

/** A page, its body included, takes at most this long; a slow drip counts as no answer. */
export const PAGE_TIMEOUT_MS = 20_000
/** A page of a few hundred models is far below; more would fill the object's memory. */
export const LARGEST_PAGE_BYTES = 8 * 1024 * 1024
const TOO_LARGE = `the body is larger than ${LARGEST_PAGE_BYTES} bytes`
/** All pages of a walk together: they become one reading, in the 128 MB that an object has for everything. */
export const LARGEST_WALK_BYTES = 64 * 1024 * 1024
const TOO_MUCH = `the pages together are larger than ${LARGEST_WALK_BYTES} bytes`

export async function readUsage(upstream: Upstream, query: UsageQuery): Promise<ReadResult> {
  const read = await readPages(upstream, query, PAGE_BUCKETS[query.width])
  if (read.ok || read.fault.kind !== 'malformed' || read.fault.detail !== TOO_LARGE) return read
  // Thousands of models: a bucket a page is the smallest that can be asked for.
  const smallest = await readPages(upstream, query, 1)
  return smallest.ok
    ? { ok: true, reading: { ...smallest.reading, requests: smallest.reading.requests + read.requests } }
    : { ...smallest, requests: smallest.requests + read.requests }
}

async function readPages(upstream: Upstream, query: UsageQuery, buckets: number): Promise<ReadResult> {
  let simulated = false
  let bytes = 0
  const walk = await walkPages(async cursor => {
    const url = usageUrl(upstream.baseUrl, query, upstream.projectIds, { cursor, buckets })
    const answer = await fetchPage(upstream, url)
    if (!answer.ok) return answer
    bytes += answer.bytes
    simulated ||= answer.simulated
    return bytes > LARGEST_WALK_BYTES ? malformed(TOO_MUCH, null) : answer
  })
  if (!walk.ok) return { ok: false, fault: walk.fault, requests: walk.pages }
  return { ok: true, reading: { buckets: walk.buckets, requests: walk.pages, simulated } }
}

type Fault = { ok: false; fault: UpstreamFault }
type PageAnswer = { ok: true; page: UsagePage; bytes: number; simulated: boolean } | Fault

async function fetchPage(upstream: Upstream, url: string): Promise<PageAnswer> {
  const timeout = startDeadline(PAGE_TIMEOUT_MS)
  try {
    const request = fetch(url, {
      headers: { authorization: `Bearer ${upstream.adminKey.reveal()}`, accept: 'application/json' },
      // A redirect would carry the key elsewhere; 'error' throws in workerd, so it is refused by status.
      redirect: 'manual',
      signal: AbortSignal.any([timeout.signal, upstream.signal]),
    })
    const response = await Promise.race([request, timeout.passed])
    const requestId = requestIdIn(response.headers)
    const body = await Promise.race([readText(response, LARGEST_PAGE_BYTES), timeout.passed])
    if (response.status !== 200)
      return { ok: false, fault: faultOfStatus(response.status, response.headers, body?.text ?? '', requestId) }
    if (body === null) return malformed(TOO_LARGE, requestId)
    const parsed = parsePage(body.text)
    if (!parsed.ok) return malformed(parsed.detail, requestId)
    const simulated = response.headers.has('x-openai-simulator')
    return { ok: true, page: parsed.page, bytes: body.bytes, simulated }
  } catch {
    // The error's text may carry the URL; its cause is told apart by the signals alone.
    if (timeout.signal.aborted || upstream.signal.aborted)
      return { ok: false, fault: { kind: 'timedOut', afterMs: PAGE_TIMEOUT_MS } }
    return { ok: false, fault: { kind: 'unreachable' } }
  } finally {
    timeout.clear()
  }
}

function malformed(detail: string, requestId: string | null): Fault {
  return { ok: false, fault: { kind: 'malformed', detail, requestId } }
}

/** The body as text, or null as soon as it is larger than `most` bytes: the rest is never taken in. */
async function readText(response: Response, most: number): Promise<{ text: string; bytes: number } | null> {
  if (response.body === null) return { text: '', bytes: 0 }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the stream.
    if (bytes > most) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return { text: text + decoder.decode(), bytes }
}

function requestIdIn(headers: Headers): string | null {
  const id = headers.get('x-request-id')
  // A gateway that sends back what it was sent may send the key.
  return id !== null && /^(?!sk-)[\w-]{1,64}$/.test(id) ? id : null
}
