import type { Ledger } from './ledger.ts'

// What OpenAI answers beside usage: costs by the day, and lists of names.

const DAY = 86_400
/** Each token costs a thousand billionths of a dollar, whatever the model. */
export const NANO_USD_PER_TOKEN = 1000

/** The answer to a question that is not about usage; null where it is. `asOf` in Unix seconds. */
export function administrationPage(url: URL, ledger: Ledger, asOf: number): object | null {
  if (url.pathname.endsWith('/usage/completions')) return null
  if (url.pathname.endsWith('/costs')) return costPage(url.searchParams, ledger, asOf)
  return { object: 'list', data: [], first_id: null, last_id: null, has_more: false }
}

function costPage(query: URLSearchParams, ledger: Ledger, asOf: number): object {
  const from = Number(query.get('start_time'))
  const to = query.has('end_time') ? Number(query.get('end_time')) : Math.floor(asOf) + 1
  const data = ledger.buckets(from, to, DAY, asOf).map(({ start, sums }) => ({
    object: 'bucket',
    start_time: start,
    end_time: start + DAY,
    results: sums.map(sum => ({
      object: 'organization.costs.result',
      amount: { value: ((sum.input + sum.output) * NANO_USD_PER_TOKEN) / 1e9, currency: 'usd' },
      line_item: `${sum.model} ${sum.serviceTier}`,
      project_id: sum.project,
    })),
  }))
  return { object: 'page', data, has_more: false, next_page: null }
}
