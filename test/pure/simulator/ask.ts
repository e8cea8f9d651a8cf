import type { CompletionsResult } from '../../../simulator/api/completions-result.ts'
import type { Page } from '../../../simulator/api/page.ts'
import type { Simulator } from '../../../simulator/start-simulator.ts'

export const COMPLETIONS = '/organization/usage/completions'

/** Wednesday, in the middle of the working day. */
export const NOW = Date.parse('2026-11-18T15:30:20Z')
export const TODAY = Date.parse('2026-11-18T00:00:00Z') / 1000
export const DAY = 86_400

export type Question = Record<string, string | number | boolean | readonly string[]>

export function search(question: Question): string {
  const pairs = Object.entries(question).flatMap(([name, value]): [string, string][] => {
    const values = typeof value === 'object' ? value : [String(value)]
    return values.map(item => [name, item])
  })
  return new URLSearchParams(pairs).toString()
}

export function ask(simulator: Simulator, path: string, question: Question = {}, init: RequestInit = {}) {
  const headers = { authorization: 'Bearer sk-admin-test' }
  return fetch(`${simulator.baseUrl}${path}?${search(question)}`, { headers, redirect: 'manual', ...init })
}

export async function askPage(simulator: Simulator, question: Question): Promise<Page<CompletionsResult>> {
  const answer = await ask(simulator, COMPLETIONS, question)
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Page<CompletionsResult>
}

/** All buckets of a walk, as a careful client reads it. */
export async function walk(simulator: Simulator, question: Question) {
  const buckets: Page<CompletionsResult>['data'] = []
  let page: string | null = null
  do {
    const answer: Page<CompletionsResult> = await askPage(simulator, page === null ? question : { ...question, page })
    buckets.push(...answer.data)
    page = answer.has_more ? answer.next_page : null
  } while (page !== null)
  return buckets
}

export function sums(rows: readonly CompletionsResult[]) {
  const sum = (field: 'input_tokens' | 'output_tokens' | 'input_cached_tokens' | 'num_model_requests') =>
    rows.reduce((total, row) => total + row[field], 0)
  const [input_tokens, output_tokens] = [sum('input_tokens'), sum('output_tokens')]
  const total_tokens = input_tokens + output_tokens
  return {
    input_tokens,
    output_tokens,
    cached_tokens: sum('input_cached_tokens'),
    total_tokens,
    requests: sum('num_model_requests'),
  }
}
