import type { Ledger, Sum } from '../world/ledger.ts'

// What must be true, told from the ledger alone. Shares no code with the product: its own dates, its own tiers.

export const DAY = 86_400
export const HOUR = 3600

export interface TierTruth {
  tokens: number
  input: number
  output: number
  cached: number
  requests: number
  free: number
  billed: number
}

export type Truth = Record<'premium' | 'mini', TierTruth>

const MINI = new Set(['gpt-4o-mini', 'gpt-5-mini-2025-08-07'])

export function tierOf(model: string): 'premium' | 'mini' {
  return MINI.has(model) ? 'mini' : 'premium'
}

/** Usage in [from, to) as it shows at `asOf`, all Unix seconds. */
export function truthOf(ledger: Ledger, from: number, to: number, asOf: number): Truth {
  return sumUp(ledger.visible(from, to, asOf))
}

export function sumUp(sums: readonly Sum[]): Truth {
  const none = (): TierTruth => ({ tokens: 0, input: 0, output: 0, cached: 0, requests: 0, free: 0, billed: 0 })
  const truth: Truth = { premium: none(), mini: none() }
  for (const sum of sums) {
    const tier = truth[tierOf(sum.model)]
    const tokens = sum.input + sum.output
    tier.tokens += tokens
    tier.input += sum.input
    tier.output += sum.output
    tier.cached += sum.cached
    tier.requests += sum.requests
    if (sum.serviceTier === 'incentivized-tier') tier.free += tokens
    else tier.billed += tokens
  }
  return truth
}

export function dateText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

export function midnightOf(date: string): number {
  return Date.parse(`${date}T00:00:00.000Z`) / 1000
}
