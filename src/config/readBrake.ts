import { BRAKE_MODES, type BrakeMode, TIERS, type Tier } from '../wire.ts'
import { parsePercentages } from './readLimits.ts'
import { readIds } from './readProjectIds.ts'
import { shownValue } from './shownValue.ts'
import type { VarReader } from './varReader.ts'

export const BRAKE_VARS = ['BRAKE', 'BRAKE_AT', 'BRAKE_TIERS', 'BRAKE_PROJECTS'] as const
export const DEFAULT_BRAKE_AT = 97

const HIGHEST_PERCENT = 1000

export interface Brake {
  brake: {
    mode: BrakeMode
    /** Percent of the limit. */
    at: number
    tiers: ReadonlySet<Tier>
    /** Ids; empty: every project that was seen lately. */
    projects: readonly string[]
  }
}

/**
 * It stops somebody's production, so what cannot be read turns it off rather than on: a bad mode is off, and a list of projects
 * or tiers of which nothing is left brakes none.
 */
export function readBrake(vars: VarReader<(typeof BRAKE_VARS)[number]>): Brake {
  const mode = vars.read<BrakeMode>({
    name: 'BRAKE',
    parse: value => BRAKE_MODES.find(each => each === value.toLowerCase()) ?? null,
    fallback: 'off',
    wanted: BRAKE_MODES.join(', '),
  })
  const at = vars.read<number>({
    name: 'BRAKE_AT',
    parse: parsePercent,
    fallback: DEFAULT_BRAKE_AT,
    wanted: `one percentage above 0 and up to ${HIGHEST_PERCENT}, like 97`,
  })
  if (mode !== 'off' && at <= 1)
    vars.hint('BRAKE_AT', `BRAKE_AT: ${at} means ${at} percent; did you mean ${Math.round(at * 100)}?`)
  const tiers = readTiers(vars)
  const all = ['', 'all'].includes((vars.text('BRAKE_PROJECTS') ?? '').toLowerCase())
  const projects = all ? [] : readIds(vars, 'BRAKE_PROJECTS', 'no project is braked.')
  const isNobody = tiers.size === 0 || (!all && projects.length === 0)
  return { brake: { mode: isNobody ? 'off' : mode, at, tiers, projects } }
}

function readTiers(vars: VarReader<(typeof BRAKE_VARS)[number]>): ReadonlySet<Tier> {
  const names = vars.list('BRAKE_TIERS').map(name => name.toLowerCase())
  if (names.length === 0 || names.includes('all')) return new Set(TIERS)
  const isTier = (name: string): name is Tier => (TIERS as readonly string[]).includes(name)
  for (const name of names.filter(name => !isTier(name))) {
    // A list cuts what was set by mistake into parts, in which a secret does not look like one any more.
    const named = /^[a-z_-]{1,24}$/.test(name) ? shownValue(name) : 'an entry'
    vars.problem('BRAKE_TIERS', `BRAKE_TIERS has ${named} that is none of ${TIERS.join(', ')}; it is left out.`)
  }
  return new Set(names.filter(isTier))
}

function parsePercent(value: string): number | null {
  const percents = parsePercentages(value, HIGHEST_PERCENT)
  return percents?.length === 1 ? (percents[0] ?? null) : null
}
