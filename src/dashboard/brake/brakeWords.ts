import type { BrakeProjectView, BrakeView } from '../../wire.ts'
import { cleanLabel } from '../words/cleanLabel.ts'

const MOST_NAMED = 4

/** What the brake does, for who looks at the page: never empty while there is something to say. */
export function brakeWords({ mode, state, tiers, projects }: BrakeView): string {
  const at = (wanted: string) =>
    (['premium', 'mini'] as const).filter(tier => tiers[tier].state === wanted).map(tier => `${tier} models`)
  if (state === 'releasing') return `The brake is being released in ${named(projects)}`
  if (mode === 'watch') return `The brake would be set for ${at('would_be_set').join(' and ')} (BRAKE=watch)`
  return `The brake is set: ${at('set').join(' and ') || 'models'} are denied in ${named(projects)}`
}

/** Projects by name, the failing ones told apart. */
function named(projects: readonly BrakeProjectView[]): string {
  if (projects.length === 0) return 'no project yet'
  const shown = projects
    .slice(0, MOST_NAMED)
    .map(({ id, name, state }) => `${cleanLabel(name) || cleanLabel(id)}${state === 'failing' ? ' (failing)' : ''}`)
  const more = projects.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** When the first of the tiers was set (Unix seconds), and when the reset ends it. */
export function brakeSpan({ tiers }: BrakeView): { since: number | null; until: number | null } {
  const set = [tiers.premium, tiers.mini].filter(({ until }) => until !== null)
  const since = set.flatMap(tier => tier.since ?? []).sort((a, b) => a - b)[0] ?? null
  return { since, until: set[0]?.until ?? null }
}
