import type { TierAnswer } from '../engine/loadProduct.ts'
import type { SeenUsage, World } from '../world/world.ts'
import type { Findings } from './failure.ts'

const RANGED = ['ok', 'may_exceed', 'will_exceed']
const BARE = ['early', 'idle', 'stale']

/** Every forecast and headroom that anybody was shown is one that can be. */
export function checkForesight(world: World, findings: Findings): void {
  for (const seen of world.usages) {
    for (const tier of ['premium', 'mini'] as const) {
      const wrong = wrongIn(seen, seen.usage[tier], world)
      findings.equal(
        'foresight',
        wrong,
        null,
        () => `${tier} at ${seen.at}: ${JSON.stringify(seen.usage[tier].forecast)}`,
      )
    }
  }
  for (const { at, headroom } of world.headrooms) {
    const { limit, used, usable, unreported_tokens: unreported } = headroom
    const isWhole = [usable, unreported, used].every(count => Number.isSafeInteger(count) && count >= 0)
    const fits = isWhole && usable <= Math.max(0, limit - used)
    findings.expect('foresight', fits, () => `headroom at ${at}: ${JSON.stringify(headroom)}`)
  }
}

/** In words; null: nothing. */
function wrongIn(
  { at, usage }: SeenUsage,
  { forecast, tokens_used, free_tokens }: TierAnswer,
  world: World,
): string | null {
  if (forecast === null) return usage.last_updated === null ? null : 'there is no forecast'
  const { state, chance, low_tokens: low, expected_tokens: expected, high_tokens: high } = forecast
  const range = [low, expected, high]
  const known = range.filter(count => count !== null)
  if (known.length !== 0 && known.length !== 3) return 'a part of its range is missing'
  if (!known.every(count => Number.isSafeInteger(count) && count >= 0)) return 'its range is no count of tokens'
  if (RANGED.includes(state) && known.length === 0) return 'it has no range'
  if (BARE.includes(state) && known.length > 0) return 'it says nothing, and has a range'
  if ((low ?? 0) > (expected ?? 0) || (expected ?? 0) > (high ?? 0)) return 'its range is not in order'
  if (chance !== null && !(chance >= 0 && chance <= 1)) return 'its chance is none'
  const used = world.settingsAt(at).limitCounts === 'free' ? free_tokens : tokens_used
  if (state !== 'stale' && low !== null && low < used) return `less than the ${used} that are used is expected`
  const { runs_out_at: out, runs_out_earliest: earliest } = forecast
  if (out !== null && earliest === null) return 'it names no earliest time'
  if (out !== null && earliest !== null && earliest > out) return 'its earliest time is after its time'
  return null
}
