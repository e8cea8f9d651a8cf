import { startDeadline } from '../deadline.ts'
import type { Secret } from '../secret.ts'

const TIMEOUT_MS = 10_000

export type Beat = { ok: true; status: number } | { ok: false; status: number | null; detail: string }

/**
 * Tells a watcher (healthchecks.io and alike) that the tracker sees, or with `/fail` behind the path that it does not. One try;
 * the answer's body is not read, and a redirect is not followed. Never throws.
 */
export async function sendHeartbeat(target: Secret, isBlind: boolean): Promise<Beat> {
  const url = new URL(target.reveal())
  if (isBlind) url.pathname = `${url.pathname.replace(/\/$/, '')}/fail`
  const { signal, passed, clear } = startDeadline(TIMEOUT_MS)
  try {
    const request = globalThis.fetch(url.href, { redirect: 'manual', signal })
    const response = await Promise.race([request, passed])
    response.body?.cancel().catch(() => {})
    const { status } = response
    if (status >= 200 && status < 300) return { ok: true, status }
    return { ok: false, status, detail: `it answered ${status}` }
  } catch {
    // The message of a network error may repeat the address.
    return {
      ok: false,
      status: null,
      detail: signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : 'no connection',
    }
  } finally {
    clear()
  }
}
