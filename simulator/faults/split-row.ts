import type { CompletionsResult } from '../api/completions-result.ts'

/** The same tokens as many rows: part i goes to the i-th name, and the sum stays what it was to the token. */
export function splitRow(row: CompletionsResult, names: readonly Partial<CompletionsResult>[]): CompletionsResult[] {
  const part = (whole: number, i: number) => Math.floor(whole / names.length) + (i < whole % names.length ? 1 : 0)
  return names.map((name, i) => {
    const cached = part(row.input_cached_tokens, i)
    const written = part(row.input_cache_write_tokens, i)
    const uncached = part(row.input_uncached_tokens, i)
    const output = part(row.output_tokens, i)
    return {
      ...row,
      input_tokens: cached + written + uncached,
      input_cached_tokens: cached,
      input_cached_text_tokens: cached,
      input_cache_write_tokens: written,
      input_uncached_tokens: uncached,
      input_text_tokens: uncached,
      output_tokens: output,
      output_text_tokens: output,
      num_model_requests: part(row.num_model_requests, i),
      ...name,
    }
  })
}
