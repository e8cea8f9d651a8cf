import type { StatusView, UsageView } from '../../src/wire.ts'
import { grouped, Trouble } from '../installation/words.ts'
import type { Desk } from './desk.ts'

const EVERY_MS = 1_000
const ANSWER_WITHIN_MS = 10_000

/** Until `/ready` says 200. A new address takes up to a minute to be known; the first question starts the first poll. */
export async function waitUntilReady(desk: Desk, url: string, token: string | null, withinMs: number): Promise<void> {
  desk.say(`Waiting for the first numbers at ${url} ...`)
  const end = Date.now() + withinMs
  let last = 0
  while (Date.now() < end) {
    last = await statusOf(`${url}/ready`)
    // The first question wakes a new tracker; /ready alone may not.
    if (last === 200) return tellNumbers(desk, url, token)
    await statusOf(`${url}/health`)
    await new Promise(done => setTimeout(done, EVERY_MS))
  }
  const { error } = (await ask<StatusView>(`${url}/api/status`, token)) ?? {}
  const cause = error ? `: ${error.message}` : last === 0 ? ': nothing answers there yet' : ` (/ready answers ${last})`
  throw new Trouble(
    `The tracker is deployed, and has no numbers after ${Math.round(withinMs / 1000)} s${cause}`,
    ...(error ? [error.action] : []),
    `npm run doctor -- --url ${url}`,
  )
}

async function tellNumbers(desk: Desk, url: string, token: string | null): Promise<void> {
  const usage = await ask<UsageView>(`${url}/api/usage`, token)
  if (usage === null) return desk.done('It is ready.')
  const { premium, mini } = usage
  desk.done(`It is ready: premium ${grouped(premium.tokens_used)}, mini ${grouped(mini.tokens_used)} tokens today.`)
}

/** 0: no answer. */
async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => null)
  await answer?.body?.cancel()
  return answer?.status ?? 0
}

async function ask<T>(url: string, token: string | null): Promise<T | null> {
  if (token === null) return null
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    return answer.ok ? ((await answer.json()) as T) : null
  } catch {
    return null
  }
}
