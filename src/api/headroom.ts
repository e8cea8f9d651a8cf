import { classifier } from '../models.ts'
import { type HeadroomView, TIERS, type Tier } from '../wire.ts'
import { askTracker } from './askTracker.ts'
import type { Call } from './call.ts'
import { oneOf, only, wholeNumber } from './queryParams.ts'
import { badRequest, Refusal } from './refusal.ts'

/** More than any limit. */
export const MOST_TOKENS = 1_000_000_000_000

/**
 * What can be spent in a tier (`tier=`, or the tier of `model=`) without paying, and whether `tokens=` fit. With `strict=1` the
 * status says it too: 429 where they do not fit, 503 where the numbers are too old to say.
 */
export async function headroom(call: Call): Promise<object> {
  const { searchParams } = call.url
  const tier = tierOf(call)
  if (tier instanceof Refusal) return tier
  const tokens = wholeNumber(searchParams, 'tokens', { min: 0, max: MOST_TOKENS, fallback: 0 })
  if (tokens instanceof Refusal) return tokens
  const strict = oneOf(searchParams, 'strict', ['0', '1'])
  if (strict instanceof Refusal) return strict
  const view = await askTracker(call, tracker => tracker.headroom(tier, tokens, strict === '1'))
  return strict === '1' ? (strictly(view, call.now) ?? view) : view
}

function tierOf({ url: { searchParams }, config }: Call): Tier | Refusal {
  const tier = oneOf(searchParams, 'tier', TIERS)
  if (tier instanceof Refusal) return tier
  const model = only(searchParams, 'model')
  if (model instanceof Refusal) return model
  if (model === null || model === '') {
    return tier ?? badRequest('tier or model must be given: tier=premium, tier=mini, or model=gpt-4o.')
  }
  const ofModel = classifier(config.modelTiers)(model).tier
  if (tier === null || tier === ofModel) return ofModel
  return badRequest(`tier is ${tier}, but the model counts as ${ofModel}; give one of the two.`)
}

function strictly(view: HeadroomView, now: number): Refusal | null {
  if (view.stale) {
    const detail = 'The numbers are too old to say what is left; see /api/status.'
    return new Refusal(503, 'headroom_unknown', detail, { 'retry-after': '60' })
  }
  if (view.fits) return null
  const seconds = Math.max(1, view.resets_at - Math.floor(now / 1000))
  const detail = `${view.tokens} tokens do not fit: ${view.usable} of ${view.limit} are left in the ${view.tier} tier until the reset.`
  return new Refusal(429, 'headroom_exhausted', detail, { 'retry-after': String(seconds) })
}
