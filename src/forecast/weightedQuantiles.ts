/**
 * The `quantiles` (0 to 1) of `values`, which are no fewer than one and have `weights` of 0 or more. Values are sorted, of equal ones the
 * lighter first; each stands at the middle of its own share of the whole weight; between neighbours runs a straight line, and outside
 * the first and the last it is flat.
 */
export function weightedQuantiles(values: Float64Array, weights: Float64Array, quantiles: readonly number[]): number[] {
  const order = Uint16Array.from(values.keys()).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0) || (weights[a] ?? 0) - (weights[b] ?? 0),
  )
  const places = new Float64Array(order.length)
  let running = 0
  for (const [place, index] of order.entries()) {
    const weight = weights[index] ?? 0
    running += weight
    places[place] = running - weight / 2
  }
  const valueAt = (place: number) => values[order[place] ?? 0] ?? 0
  return quantiles.map(quantile => {
    const wanted = quantile * running
    const after = places.findIndex(place => place >= wanted)
    if (after === 0) return valueAt(0)
    if (after === -1) return valueAt(order.length - 1)
    const [left, right] = [places[after - 1] ?? 0, places[after] ?? 0]
    const [from, to] = [valueAt(after - 1), valueAt(after)]
    return Math.min(to, from + ((to - from) * (wanted - left)) / (right - left))
  })
}
