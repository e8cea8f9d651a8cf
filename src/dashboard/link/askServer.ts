import type { Problem } from '../../wire.ts'

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem; retryAfter: number | null }

const TIMEOUT_MS = 20_000
/** A poll waits for OpenAI. */
const POLL_TIMEOUT_MS = 90_000

export const ask = <T>(path: string): Promise<Answer<T>> => send<T>('GET', path, TIMEOUT_MS)
export const post = <T>(path: string, body: unknown): Promise<Answer<T>> => send<T>('POST', path, POLL_TIMEOUT_MS, body)
export const remove = (path: string): Promise<Answer<null>> => send<null>('DELETE', path, TIMEOUT_MS)

async function send<T>(method: string, path: string, timeout: number, body?: unknown): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(timeout),
      // Sent even without a body: it is what a cross-site form cannot do.
      headers: method === 'GET' ? { accept: 'application/json' } : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return { ok: true, value: (response.status === 204 ? null : await response.json()) as T }
    const retryAfter = Number(response.headers.get('retry-after')) || null
    return { ok: false, problem: await problemOf(response), retryAfter }
  } catch (error) {
    return { ok: false, problem: unreachable(error), retryAfter: null }
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const bare = {
    type: 'about:blank',
    title: `HTTP ${response.status}`,
    status: response.status,
    detail: '',
    code: 'http_error',
  }
  try {
    return { ...bare, ...((await response.json()) as Partial<Problem>) }
  } catch {
    return bare
  }
}

function unreachable(error: unknown): Problem {
  const timedOut = error instanceof DOMException && error.name === 'TimeoutError'
  return {
    type: 'about:blank',
    title: timedOut ? 'No answer in time' : 'The tracker cannot be reached',
    status: 0,
    detail: timedOut ? 'The tracker took too long to answer.' : 'Check the network, or whether the Worker runs.',
    code: timedOut ? 'timeout' : 'unreachable',
  }
}
