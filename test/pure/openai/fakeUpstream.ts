import { vi } from 'vitest'
import { Budget } from '../../../src/budget.ts'
import type { Upstream } from '../../../src/openai/askOpenAI.ts'
import { Secret } from '../../../src/secret.ts'

export const KEY = 'sk-admin-canary'

/** OpenAI that gives these answers in order, and what it was asked. Undo with vi.unstubAllGlobals(). */
export function fakeUpstream(answers: Response[], more: Partial<Upstream> = {}) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit): Promise<Response> => {
    const answer = answers.shift()
    if (answer === undefined) throw new Error('asked too often')
    return answer
  })
  vi.stubGlobal('fetch', fetch)
  const upstream: Upstream = {
    baseUrl: 'https://up.example/v1',
    adminKey: new Secret(KEY),
    projectIds: [],
    signal: new AbortController().signal,
    budget: new Budget(40),
    now: () => Date.parse('2026-11-18T15:30:20Z'),
    ...more,
  }
  const asked = () => fetch.mock.calls.map(([url]) => url.replace('https://up.example/v1', ''))
  return { upstream, asked, inits: () => fetch.mock.calls.map(([, init]) => init) }
}
