import type { Random } from '../engine/random.ts'
import type { Use } from '../world/ledger.ts'

// Usage that has something to tell beyond thresholds: keys that use far more than ever, models nobody knows, tiers whose free
// tokens come every day until they stop.

const HOUR = 3600
const DAY = 86_400
/** Not in the catalogue, and first seen during the life. One has the name of what every object inherits. */
export const LATE_MODELS = ['omega-2', 'toString', 'gpt-9'] as const
const TIER_MODELS = { premium: 'gpt-4o-2024-08-06', mini: 'gpt-4o-mini' } as const

/** `end`: Unix seconds, where usage ends; `span` in true ms. Nothing here is late: `unsettle` of the plain uses is enough. */
export function addKindUses(random: Random, uses: Use[], span: { start: number; heal: number }, end: number): Use[] {
  const start = Math.floor(span.start / 1000)
  const all = [...uses]
  const add = (at: number, part: Partial<Use>) => {
    if (at < end) all.push({ ...plainUse(random, at), ...part })
  }
  const seconds = () => random.int(start, Math.floor(span.heal / 1000))
  for (let n = random.int(0, 2); n > 0; n--) spike(random, seconds(), add)
  for (let n = random.int(0, 2); n > 0; n--) add(seconds(), { model: random.pick(LATE_MODELS) })
  if (!random.chance(0.4)) return all
  const tier = random.pick(['premium', 'mini'] as const)
  const stops = start + random.int(-DAY, Math.max(0, span.heal / 1000 - start - DAY / 2))
  const firstDay = Math.floor(stops / DAY)
  for (let day = Math.floor(start / DAY) - 9; day < firstDay; day++)
    add(day * DAY + random.int(0, DAY - 1), { model: TIER_MODELS[tier], serviceTier: 'incentivized-tier' })
  for (let n = 0; n < 14; n++)
    add(firstDay * DAY + random.int(0, DAY - 1), {
      model: TIER_MODELS[tier],
      serviceTier: null,
      requests: 2,
      input: 40,
    })
  const isMini = tier === 'mini'
  return all.map(use => {
    const isOfTier = /mini/.test(use.model) === isMini
    return isOfTier && use.at >= firstDay * DAY ? { ...use, serviceTier: random.pick([null, 'default']) } : use
  })
}

/** Some hours of heavy use, by a key that is known or new, or by a project without one. */
function spike(random: Random, from: number, add: (at: number, part: Partial<Use>) => void): void {
  const who = random.pick([
    { apiKey: 'key_b' },
    { apiKey: 'key_new' },
    { apiKey: null, project: 'proj_new' },
    { apiKey: '__proto__' },
  ])
  const model = random.pick(['gpt-4o-2024-08-06', 'gpt-4-turbo', 'gpt-4o-mini'])
  for (let n = random.int(3, 8); n > 0; n--)
    add(from + random.int(0, 3 * HOUR), { ...who, model, input: random.int(300, 1500) })
}

function plainUse(random: Random, at: number): Use {
  return {
    at,
    model: 'gpt-4o-2024-08-06',
    serviceTier: null,
    project: random.pick(['proj_a', 'proj_b']),
    apiKey: 'key_a',
    user: 'user-a',
    input: random.int(1, 600),
    output: random.int(0, 200),
    cached: 0,
    requests: 1,
    visibleAt: at + random.int(0, 300),
    goneAt: null,
  }
}
