import type { World } from '../world/world.ts'

const DAY_MS = 86_400_000
/** After a fault the next try may be as far away as it lasted, and no further than this. */
const LONGEST_WAIT_MS = 75 * 60_000
/** What one blow may cost: a request that hangs, a rest, a try and the next one after it. */
const BLOW_MS = 15 * 60_000

interface Span {
  from: number
  to: number
}

export interface Excuses {
  /** Whether a project may be without the brake at `at` (true ms). */
  braked(at: number, project: string): boolean
  /** Whether it may still be with it. */
  released(at: number): boolean
  /** Whether somebody asked for it by hand on that date. A request may act though its answer is lost. */
  acted(act: 'set' | 'release', at: number): boolean
}

/** When the tracker may be late, and for whom. `delay`: how late it may be without any trouble (ms). */
export function excuses(world: World, delay: number): Excuses {
  const { scenario, points, platform, permissions, settings } = world
  const spans: Span[] = []
  for (const op of scenario.ops) {
    if (!('until' in op)) continue
    spans.push({ from: op.at, to: op.until + Math.min(LONGEST_WAIT_MS, op.until - op.at) + delay })
    // Who went to sleep or had another time finds everything at once.
    if (op.kind === 'clock' || op.kind === 'down') spans.push({ from: op.at, to: op.until + delay + BLOW_MS })
  }
  const moments = [
    ...points.struck.map(({ at }) => at),
    ...world.cuts,
    ...settings.slice(1).map(({ at }) => at),
    ...platform.downTimes.map(({ to }) => to),
  ]
  for (const at of moments) spans.push({ from: at, to: at + BLOW_MS + delay })
  const isIn = (at: number) => spans.some(({ from, to }) => at >= from && at <= to)
  const edits = permissions.edits
  return {
    braked: (at, project) =>
      isIn(at) || edits.some(edit => edit.project === project && edit.at <= at && isSameDay(edit.at, at)),
    released: at => isIn(at) || edits.some(edit => edit.at <= at && edit.at > at - delay - BLOW_MS),
    acted: (act, at) =>
      scenario.ops.some(op => op.kind === 'brake' && op.act === act && op.at <= at && isSameDay(op.at, at)),
  }
}

function isSameDay(a: number, b: number): boolean {
  return Math.floor(a / DAY_MS) === Math.floor(b / DAY_MS)
}
