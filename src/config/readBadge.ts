import type { VarReader } from './varReader.ts'

export const BADGE_VARS = ['BADGE'] as const
const BADGES = ['off', 'public'] as const

/** `public`: anybody may see the percentages, and nothing else. */
export interface Badge {
  badge: (typeof BADGES)[number]
}

export function readBadge(vars: VarReader<(typeof BADGE_VARS)[number]>): Badge {
  const badge = vars.read<Badge['badge']>(
    {
      name: 'BADGE',
      parse: value => BADGES.find(known => known === value.toLowerCase()) ?? null,
      fallback: 'off',
      wanted: 'public (anybody may see the percentages) or off',
    },
    vars.unquoted('BADGE'),
  )
  return { badge }
}
