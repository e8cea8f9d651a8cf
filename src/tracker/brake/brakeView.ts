import { isSet } from '../../brake/tierBrake.ts'
import { endOf } from '../../usage/utcDay.ts'
import {
  type BrakeProjectView,
  type BrakeTierView,
  type BrakeView,
  type StatusView,
  TIERS,
  type Tier,
} from '../../wire.ts'
import type { Desk } from '../desk.ts'
import type { BrakedProject } from '../store/brakeStore.ts'
import { readNames } from '../store/nameStore.ts'
import { brakeState, todayOf } from './brakePlan.ts'

/** `GET /api/brake`. */
export function brakeView(desk: Desk): BrakeView {
  const { config, memory, ports } = desk
  const { braked } = memory
  const names =
    braked.length === 0
      ? new Map<string, string>()
      : readNames(
          ports.sql,
          'project',
          braked.map(({ project }) => project),
        )
  return {
    mode: config.brake.mode,
    state: stateOf(desk),
    tiers: { premium: tierView(desk, 'premium'), mini: tierView(desk, 'mini') },
    projects: braked.map(row => projectView(row, names.get(row.project) ?? '')),
  }
}

export function brakeStatus(desk: Desk): StatusView['brake'] {
  const failing = desk.memory.braked.filter(({ error }) => error !== null).sort((a, b) => b.attempts - a.attempts)
  const { mode } = desk.config.brake
  return { mode, state: stateOf(desk), failing: failing.length, error: failing[0]?.error ?? null }
}

/** By what stands at OpenAI first: a brake that was turned off is there until it is taken off. */
export function stateOf(desk: Desk): BrakeView['state'] {
  const { mode } = desk.config.brake
  const { braked } = desk.memory
  if (braked.some(({ wanted }) => wanted)) return 'set'
  if (braked.length > 0) return 'releasing'
  if (mode !== 'on') return mode === 'off' ? 'off' : 'watching'
  const { tiers } = brakeState(desk)
  return TIERS.some(tier => isSet(tiers[tier], todayOf(desk))) ? 'set' : 'armed'
}

function tierView(desk: Desk, tier: Tier): BrakeTierView {
  const { mode, at, tiers } = desk.config.brake
  const date = todayOf(desk)
  const held = brakeState(desk).tiers[tier]
  const brake = mode !== 'off' && held?.date === date ? held : null
  const chosen = mode !== 'off' && tiers.has(tier)
  const until = isSet(brake, date) ? endOf(date) : null
  return {
    chosen,
    at,
    state: !chosen
      ? 'off'
      : brake === null
        ? 'armed'
        : brake.cause === 'released'
          ? 'kept_off'
          : mode === 'on'
            ? 'set'
            : 'would_be_set',
    since: brake === null ? null : Math.floor(brake.since / 1000),
    until,
    cause: brake === null || brake.cause === 'released' ? null : brake.cause,
    percentage: until === null || brake === null ? null : brake.percentage,
  }
}

function projectView(row: BrakedProject, name: string): BrakeProjectView {
  const { project, marks, wanted, verified, since, error } = row
  const doing = wanted ? (verified ? 'set' : 'setting') : 'releasing'
  return {
    id: project,
    name,
    added: [...marks.denied, ...marks.taken],
    state: error === null ? doing : 'failing',
    since: Math.floor(since / 1000),
    error,
  }
}
