import type { Dimension } from '../ledger/ledger.ts'
import type { UsageEvent } from '../ledger/usage-event.ts'

/** Text only: this organisation sends no sound and no pictures. */
export function completionsResult(sums: UsageEvent, groupBy: readonly Dimension[]) {
  const uncached = sums.input - sums.cached - sums.cacheWrite
  const named = <D extends Dimension>(dimension: D) => (groupBy.includes(dimension) ? sums[dimension] : null)
  return {
    object: 'organization.usage.completions.result',
    input_tokens: sums.input,
    input_cached_tokens: sums.cached,
    input_cache_write_tokens: sums.cacheWrite,
    input_uncached_tokens: uncached,
    output_tokens: sums.output,
    input_text_tokens: uncached,
    output_text_tokens: sums.output,
    input_cached_text_tokens: sums.cached,
    input_audio_tokens: 0,
    input_cached_audio_tokens: 0,
    output_audio_tokens: 0,
    input_image_tokens: 0,
    input_cached_image_tokens: 0,
    output_image_tokens: 0,
    num_model_requests: sums.requests,
    project_id: named('project'),
    user_id: named('user'),
    api_key_id: named('apiKey') || null,
    model: named('model'),
    batch: named('batch'),
    service_tier: named('serviceTier'),
  }
}

export type CompletionsResult = ReturnType<typeof completionsResult>
