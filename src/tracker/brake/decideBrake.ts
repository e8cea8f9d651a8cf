import { isSet, type TierBrake } from '../../brake/tierBrake.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { type BrakedProject, writeBrakedProject } from '../store/brakeStore.ts'
import { type BrakeState, writePollState } from '../store/pollState.ts'
import { brakedTiers, brakeState, type Counted, changedRows, tierBrakes, todayOf } from './brakePlan.ts'

/**
 * Writes down what the brake wants from now on: the tiers, and for each project what is to be done there. In one transaction, and
 * only where something changes; OpenAI is asked afterwards. `tiers`: given where the owner decides.
 */
export function decideBrake(
  desk: Desk,
  count: (tier: Tier) => Counted | null,
  tiers: Partial<Record<Tier, TierBrake>> = tierBrakes(desk, count),
): void {
  const { ports } = desk
  const before = brakeState(desk)
  const rows = changedRows(desk, brakedTiers(desk, tiers))
  const toRelease = releaseAfter(desk, tiers)
  if (rows.length === 0 && isSame(before, tiers) && toRelease === before.toRelease) return
  desk.commit(held => {
    for (const row of rows) writeBrakedProject(ports.sql, row)
    const brake: BrakeState = { ...before, tiers, ...(toRelease !== undefined && { toRelease }) }
    const state = { ...held.state, foresight: { ...held.state.foresight, brake } }
    writePollState(ports.sql, state)
    return { ...held, state, braked: withRows(held.braked, rows) }
  })
  const set = brakedTiers(desk, tiers)
  ports.log({ event: 'brake', mode: desk.config.brake.mode, set, changed: rows.length })
}

/** What is told once all is released: the tiers that were set and are not any more. */
function releaseAfter(desk: Desk, tiers: Partial<Record<Tier, TierBrake>>): BrakeState['toRelease'] {
  const before = brakeState(desk)
  const date = todayOf(desk)
  const ended = TIERS.flatMap(tier => {
    const was = before.tiers[tier]
    const isToldSet = was !== undefined && before.toldSet?.[tier] === was.since
    if (!isToldSet || brakedTiers(desk, tiers).includes(tier) || was.cause === 'released') return []
    const cause = was.date !== date ? 'reset' : tiers[tier]?.cause === 'released' ? 'owner' : 'settings'
    return [{ tier, percentage: was.percentage, cause, date: was.date } as const]
  })
  const [first] = ended
  if (first === undefined || desk.memory.braked.length === 0) return before.toRelease
  const projects = desk.memory.braked.map(({ project }) => project)
  return {
    tiers: ended.map(({ tier, percentage }) => ({ tier, percentage })),
    cause: first.cause,
    date: first.date,
    projects,
  }
}

function isSame(before: BrakeState, tiers: Partial<Record<Tier, TierBrake>>): boolean {
  return TIERS.every(tier => JSON.stringify(before.tiers[tier]) === JSON.stringify(tiers[tier]))
}

export function withRows(rows: readonly BrakedProject[], changed: readonly BrakedProject[]): BrakedProject[] {
  const byProject = new Map([...rows, ...changed].map(row => [row.project, row]))
  return [...byProject.values()].sort((a, b) => (a.project < b.project ? -1 : 1))
}

/** The owner sets the brake of some tiers, until the reset. */
export function ownersSet(desk: Desk, chosen: readonly Tier[]): Partial<Record<Tier, TierBrake>> {
  return withEach(desk, chosen, (held, fresh) =>
    isSet(held, fresh.date) && held !== undefined ? held : { ...fresh, cause: 'owner' },
  )
}

/** The owner releases the brake of some tiers, and keeps it off until the reset. */
export function ownersRelease(desk: Desk, chosen: readonly Tier[]): Partial<Record<Tier, TierBrake>> {
  return withEach(desk, chosen, (_, fresh) => ({ ...fresh, cause: 'released' }))
}

function withEach(
  desk: Desk,
  chosen: readonly Tier[],
  change: (held: TierBrake | undefined, fresh: Omit<TierBrake, 'cause'>) => TierBrake,
): Partial<Record<Tier, TierBrake>> {
  const date = todayOf(desk)
  const tiers = { ...brakeState(desk).tiers }
  for (const tier of chosen) {
    const held = tiers[tier]
    const percentage = held?.date === date ? held.percentage : 0
    tiers[tier] = change(held, { date, since: desk.ports.now(), print: '', percentage })
  }
  return tiers
}
