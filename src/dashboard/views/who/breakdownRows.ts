import type { BreakdownRow, BreakdownView, Tier } from '../../../wire.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'

export interface WhoRow {
  /** What `open` in the address names: the id, or the name where OpenAI has no id. */
  id: string
  label: string
  /** Empty where the label is the id. */
  shownId: string
  row: BreakdownRow
  /** Of the chosen tier, or of all. */
  tokens: number
  /** Of the same in the span before; null while that is not known. */
  before: number | null
  /** Of the total of `tokens`. */
  share: number
}

interface Question {
  now: BreakdownView
  before: BreakdownView | null
  tier: Tier | null
  only: 'billed' | 'unclassified' | null
  filter: string
}

export function tokensOf(
  row: Pick<BreakdownRow, 'tokens_used' | 'premium_tokens' | 'mini_tokens'>,
  tier: Tier | null,
): number {
  return tier === null ? row.tokens_used : row[`${tier}_tokens`]
}

/** Largest first. */
export function breakdownRows({ now, before, tier, only, filter }: Question): WhoRow[] {
  const then = new Map((before?.rows ?? []).map(row => [row.id, tokensOf(row, tier)]))
  const total = tokensOf(now.total, tier)
  const wanted = filter.trim().toLowerCase()
  return now.rows
    .map((row): WhoRow => {
      const label = cleanLabel(row.name)
      const tokens = tokensOf(row, tier)
      return {
        id: row.id ?? row.name,
        label,
        shownId: row.id === null || row.id === row.name ? '' : cleanLabel(row.id),
        row,
        tokens,
        before: before === null ? null : (then.get(row.id) ?? 0),
        share: total > 0 ? tokens / total : 0,
      }
    })
    .filter(({ tokens }) => tokens > 0)
    .filter(({ row }) => only !== 'billed' || row.billed_tokens > 0)
    .filter(({ label, shownId }) => wanted === '' || `${label} ${shownId}`.toLowerCase().includes(wanted))
    .sort((a, b) => b.tokens - a.tokens)
}
