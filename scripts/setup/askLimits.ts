import { LIMITS } from '../installation/limits.ts'
import { grouped } from '../installation/words.ts'
import type { Settings } from '../settings.ts'
import type { Desk } from './desk.ts'

const NAMES = ['PREMIUM_TIER_LIMIT', 'MINI_TIER_LIMIT'] as const

/** The limits to set; nothing of those that stay. `held`: what holds now. */
export async function askLimits(desk: Desk, given: Settings, held: Settings): Promise<Settings> {
  if (!desk.asks || NAMES.some(name => given[name] !== undefined)) return {}
  const now = { ...LIMITS['tier 3-5'], ...held }
  const shown = ({ PREMIUM_TIER_LIMIT, MINI_TIER_LIMIT }: Settings) =>
    `${grouped(Number(PREMIUM_TIER_LIMIT))} premium, ${grouped(Number(MINI_TIER_LIMIT))} mini`
  const choice = await desk.choose('Tokens a day, by your usage tier (Settings > Organization > Limits at OpenAI)', [
    { value: 'keep', label: 'As it is', hint: shown(now) },
    { value: 'tier 3-5', label: 'Usage tier 3 to 5', hint: shown(LIMITS['tier 3-5']) },
    { value: 'tier 1-2', label: 'Usage tier 1 or 2', hint: shown(LIMITS['tier 1-2']) },
    { value: 'own', label: 'Others' },
  ])
  if (choice === 'keep') return {}
  if (choice !== 'own') return LIMITS[choice]
  const limit = async (name: (typeof NAMES)[number]) => [
    name,
    await desk.text(`${name}, tokens a day`, now[name] ?? '', wrongLimit),
  ]
  return Object.fromEntries([await limit('PREMIUM_TIER_LIMIT'), await limit('MINI_TIER_LIMIT')])
}

function wrongLimit(value: string): string | undefined {
  return /^[1-9]\d{0,14}$/.test(value) ? undefined : 'A whole number above 0, without dots or commas.'
}
