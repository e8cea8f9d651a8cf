/** `at` is in [0, 1). Weights need not add up to one; the last item takes what rounding leaves. */
export function pickWeighted<T>(items: readonly T[], weightOf: (item: T) => number, at: number): T {
  let left = at * items.reduce((sum, item) => sum + weightOf(item), 0)
  for (const item of items) {
    left -= weightOf(item)
    if (left < 0) return item
  }
  const last = items.at(-1)
  if (last === undefined) throw new Error('There is nothing to pick from.')
  return last
}
