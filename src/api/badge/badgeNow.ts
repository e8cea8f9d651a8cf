import type { Tier, UsageView } from '../../wire.ts'

/** What a badge shows of a tier: its name on the left, a percentage on the right. */
export interface BadgeFace {
  label: string
  message: string
  /** Dark enough for white text (WCAG AA). */
  color: string
  /** There is no number that could be relied on. */
  isError: boolean
}

/** The faces as they were at a time (Unix ms), shown to whoever asks in the next minute. */
export interface BadgeNow {
  at: number
  faces: Record<Tier, BadgeFace>
}

const GREY = '#5b6470'
const LEVELS: readonly (readonly [from: number, color: string])[] = [
  [100, '#4a044e'],
  [90, '#b91c1c'],
  [75, '#8a5200'],
  [0, '#0a5f9e'],
]

/** Of the share that thresholds compare with the limit (LIMIT_COUNTS). A day that no poll has read is not at 0 %. */
export function badgeFace(usage: UsageView, tier: Tier, dayStart: number): BadgeFace {
  const label = `OpenAI ${tier}`
  const { last_updated, stale } = usage
  if (last_updated === null || last_updated < dayStart)
    return { label, message: 'not measured yet', color: GREY, isError: true }
  const percent = usage[tier].counted_percentage
  if (stale) return { label, message: `${percent}% (old)`, color: GREY, isError: true }
  const color = LEVELS.find(([from]) => percent >= from)?.[1] ?? GREY
  return { label, message: `${percent}%`, color, isError: false }
}

export function unknownFace(tier: Tier): BadgeFace {
  return { label: `OpenAI ${tier}`, message: 'unknown', color: GREY, isError: true }
}
