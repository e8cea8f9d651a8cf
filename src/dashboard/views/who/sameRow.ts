import type { ModelRow } from './modelRows.ts'

/** Whether two rows would be drawn alike: the key stands for their words. */
export function sameRow(a: ModelRow, b: ModelRow): boolean {
  const [x, y] = [a.usage, b.usage]
  return (
    a.key === b.key &&
    a.share === b.share &&
    x.input_tokens === y.input_tokens &&
    x.cached_tokens === y.cached_tokens &&
    x.output_tokens === y.output_tokens &&
    x.requests === y.requests &&
    x.total_tokens === y.total_tokens
  )
}
