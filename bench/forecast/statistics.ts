/** Of no values: not a number. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Straight between the two nearest ranks; of no values: not a number. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = ((sorted.length - 1) * percent) / 100
  const [low = Number.NaN, high = low] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]]
  return low + (high - low) * (rank - Math.floor(rank))
}

export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** Percent of `values` that are true. */
export function share(values: readonly boolean[]): number {
  return mean(values.map(value => (value ? 100 : 0)))
}
