import { HistoryUnavailable } from './historyUnavailable.ts'

/** D1 answers in milliseconds or, in its bad minutes, not for half a minute. Nobody waits so long: rows wait in the object, readers are told. */
export const D1_TIMEOUT_MS = 10_000

/** What D1 says, or HistoryUnavailable where it says nothing in time. */
export async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const late = new Promise<never>((_, reject) => {
    const message = `D1 did not answer within ${D1_TIMEOUT_MS / 1000} s`
    timer = setTimeout(() => reject(new HistoryUnavailable('failing', message, true)), D1_TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
