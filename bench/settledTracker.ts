import type { StatusView } from '../src/wire.ts'

const QUIET_MS = 3_000
const LONGEST_MS = 120_000

/** Polls, and waits until the first month is read and the usage has stayed as it is for a while: what is measured is one answer. */
export async function settledTracker(url: URL, headers: Record<string, string>): Promise<void> {
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(new URL(path, url), { method, headers })
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
    return response.text()
  }
  await ask('/api/poll', 'POST')
  const end = Date.now() + LONGEST_MS
  let [last, since] = ['', Date.now()]
  while (Date.now() < end) {
    const { backfill } = JSON.parse(await ask('/api/status')) as StatusView
    const usage = await ask('/api/usage')
    if (backfill !== 'done' || usage !== last) [last, since] = [usage, Date.now()]
    if (Date.now() - since >= QUIET_MS) return
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  throw new Error(`the tracker was not quiet within ${LONGEST_MS / 1000} s`)
}
