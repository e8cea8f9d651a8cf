import type { DigestTimes } from '../scenario/kindSettings.ts'
import { HOUR } from './truth.ts'

/** The last time at or before `at` that a digest was due (Unix seconds). */
export function lastSlot({ everyHours, hour, minute }: DigestTimes, at: number): number {
  const period = everyHours * HOUR
  const offset = hour * HOUR + minute * 60
  return Math.floor((at - offset) / period) * period + offset
}
