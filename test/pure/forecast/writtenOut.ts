import type { DayQuestion } from '../../../src/forecast/forecastDay.ts'
import type { PastDay } from '../../../src/forecast/pastDays.ts'
import { DAY } from './days.ts'

// The method as its description says it, formula by formula, without any thought of speed: what the fast one is held against.
// The hours of past days are all known, and the first of them had use.

export interface WrittenFuture {
  weight: number
  /** Tokens to come, at each step of the grid. */
  values: number[]
}

export interface WrittenOut {
  used: number
  grid: number[]
  futures: WrittenFuture[]
}

export function writtenOut({ readingS, curve, past }: DayQuestion): WrittenOut {
  const t = (readingS - DAY) / 3600
  const total = (s: number) => straight([[0, 0], ...curve.map(p => [(p.timestamp - DAY) / 3600, p.tokens] as const)], s)
  const u = total(t)
  const used = (k: number) => Math.max(0, u - total(t - k))
  const mean = past.length === 0 ? 0 : past.reduce((sum, day) => sum + cum(day, 24), 0) / past.length
  const grid = [t]
  for (let k = 1; t + k / 6 < 24 - 1e-6; k++) grid.push(t + k / 6)
  grid.push(24)
  const b = Math.min(3, t)
  const e = (0.1 * mean * b) / 3 + 1e-9
  const now = used(Math.min(1, t)) / Math.min(1, t)
  const replays = past.map(day => {
    const ratio = (used(b) + e) / (cum(day, t) - cum(day, t - b) + e)
    const level = Math.min(3, Math.max(1 / 3, ratio ** (1 / 3)))
    const [x, y] = [Math.max(0, t - 0.5), Math.min(24, t + 0.5)]
    const then = (level * (cum(day, y) - cum(day, x))) / (y - x)
    const raw = grid.map(s => level * (cum(day, s) - cum(day, t)) + (now - then) * 2 * (1 - Math.exp(-(s - t) / 2)))
    return { weight: 0.8 ** (day.daysAgo - 1), values: raw.map((_, at) => Math.max(0, ...raw.slice(0, at + 1))) }
  })
  const w = past.length === 0 ? 1 : t / 8
  const lines = [1, 3].flatMap(k =>
    [0, 0.5, 1, 1.4, 2.5].map(m => ({
      weight: w / 10,
      values: grid.map(s => (used(Math.min(k, t)) / Math.min(k, t)) * m * (s - t)),
    })),
  )
  return { used: u, grid, futures: [...replays, ...lines] }
}

export function writtenQuantile(futures: readonly WrittenFuture[], q: number): number {
  const sorted = futures
    .map(({ weight, values }) => ({ w: weight, v: values.at(-1) ?? 0 }))
    .sort((a, b) => a.v - b.v || a.w - b.w)
  const c = sorted.map((_, j) => sorted.slice(0, j + 1).reduce((sum, { w }) => sum + w, 0))
  const whole = c.at(-1) ?? 1
  const points = sorted.map(({ w, v }, j) => [((c[j] ?? 0) - w / 2) / whole, v] as const)
  return straight(points, q)
}

export function writtenShare({ used, futures }: WrittenOut, step: number, limit: number): number {
  const sum = (of: readonly WrittenFuture[]) => of.reduce((all, { weight }) => all + weight, 0)
  return sum(futures.filter(({ values }) => used + (values[step] ?? 0) >= limit)) / sum(futures)
}

function cum({ hours }: PastDay, s: number): number {
  const totals = Array.from({ length: 25 }, (_, hour) => {
    const before = hours.slice(0, hour).reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0)
    return [hour, before] as const
  })
  return straight(totals, s)
}

/** Straight between neighbours, flat outside. */
function straight(points: readonly (readonly [number, number])[], x: number): number {
  const after = points.findIndex(([at]) => at >= x)
  if (after <= 0) return points.at(after === 0 ? 0 : -1)?.[1] ?? 0
  const [[x0, y0], [x1, y1]] = [points[after - 1] ?? [0, 0], points[after] ?? [1, 0]]
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
}
