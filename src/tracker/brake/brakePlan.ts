import type { Wanted } from '../../brake/policy.ts'
import { isSet, type TierBrake, tierBrake } from '../../brake/tierBrake.ts'
import { wantedModels } from '../../brake/wantedModels.ts'
import { fingerprint } from '../../config/fingerprint.ts'
import { isProjectId } from '../../openai/modelPermissions.ts'
import { dateOf } from '../../usage/utcDay.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { type BrakedProject, MOST_BRAKED_PROJECTS } from '../store/brakeStore.ts'
import type { BrakeState } from '../store/pollState.ts'

// What the brake wants, from memory and settings alone. Writes nothing.

export const NO_BRAKE: BrakeState = { tiers: {} }

/** What counts against a tier's limit today. Asked for only where it may matter. */
export interface Counted {
  used: number
  unreported: number
}

export function brakeState({ memory }: Desk): BrakeState {
  return memory.state.foresight.brake ?? NO_BRAKE
}

export function todayOf({ ports }: Desk): string {
  return dateOf(Math.floor(ports.now() / 1000))
}

/** The brake of each tier from now on. `count` is asked where the tier is not braked yet. */
export function tierBrakes(desk: Desk, count: (tier: Tier) => Counted | null): Partial<Record<Tier, TierBrake>> {
  const { config, ports } = desk
  const { mode, at, tiers } = config.brake
  const held = brakeState(desk).tiers
  const date = todayOf(desk)
  const rule = { at, tiers: mode === 'off' ? new Set<Tier>() : tiers }
  const found = TIERS.flatMap(tier => {
    const of = held[tier] ?? null
    const counted = mode === 'off' ? null : count(tier)
    const facts = { tier, date, now: ports.now(), limit: config.limits[tier], isKnown: counted !== null }
    const next = tierBrake(of, rule, { ...facts, used: counted?.used ?? 0, unreported: counted?.unreported ?? 0 })
    return next === null ? [] : [[tier, next] as const]
  })
  return Object.fromEntries(found)
}

/** Tiers whose models are denied. */
export function brakedTiers(desk: Desk, tiers: Partial<Record<Tier, TierBrake>>): Tier[] {
  const date = todayOf(desk)
  return desk.config.brake.mode === 'on' ? TIERS.filter(tier => isSet(tiers[tier], date)) : []
}

/** What each project is to be denied. */
export function wantedOf(desk: Desk, tiers: readonly Tier[], onlySeen: boolean): Wanted {
  const seen = new Set<string>()
  for (const { groups } of desk.memory.days.values()) for (const { model } of groups.values()) seen.add(model)
  const { classify, config } = desk
  return wantedModels(new Set(tiers), { classify, overrides: config.modelTiers.keys(), seen }, onlySeen)
}

/** The projects of BRAKE_PROJECTS, or all that used anything in the open days. `beyond`: how many more there are. */
export function chosenProjects({ config, memory }: Desk): { projects: string[]; beyond: number } {
  const { projects } = config.brake
  const seen = new Set<string>()
  if (projects.length === 0)
    for (const { groups } of memory.days.values()) for (const { project } of groups.values()) seen.add(project)
  const all = [...(projects.length > 0 ? projects : seen)].filter(isProjectId).sort()
  return { projects: all.slice(0, MOST_BRAKED_PROJECTS), beyond: Math.max(0, all.length - MOST_BRAKED_PROJECTS) }
}

/** The rows that change so that those projects, and no others, are braked. */
export function changedRows(desk: Desk, tiers: readonly Tier[]): BrakedProject[] {
  const { braked } = desk.memory
  if (tiers.length === 0 && braked.length === 0) return []
  const now = desk.ports.now()
  const chosen = new Set(tiers.length === 0 ? [] : chosenProjects(desk).projects)
  const print = tiers.length === 0 ? '' : fingerprint([wantedOf(desk, tiers, false).models])
  const known = new Set(braked.map(({ project }) => project))
  const fresh = [...chosen].filter(project => !known.has(project))
  return [
    ...braked.flatMap(row => {
      const wanted = chosen.has(row.project)
      if (row.wanted === wanted && (!wanted || row.print === print)) return []
      const since = row.wanted === wanted ? row.since : now
      return [
        {
          ...row,
          wanted,
          print,
          since,
          verified: false,
          attempts: 0,
          nextAt: now,
          error: null,
          onlySeen: wanted && row.onlySeen,
        },
      ]
    }),
    ...fresh.slice(0, Math.max(0, MOST_BRAKED_PROJECTS - braked.length)).map(project => freshRow(project, print, now)),
  ]
}

function freshRow(project: string, print: string, now: number): BrakedProject {
  return {
    project,
    print,
    wanted: true,
    verified: false,
    original: undefined,
    marks: { denied: [], taken: [] },
    since: now,
    attempts: 0,
    nextAt: now,
    unsureUntil: 0,
    goneSince: 0,
    onlySeen: false,
    error: null,
  }
}
