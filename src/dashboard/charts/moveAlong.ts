/** The one keyboard of charts: to which stop a key leads, null for keys that lead nowhere. `stops` ascending; `page`: how far a page goes. */
export function moveAlong(stops: readonly number[], at: number, page: number, key: string): number | null {
  const index = Math.max(
    0,
    stops.findLastIndex(stop => stop <= at),
  )
  const to = (position: number) => stops[Math.max(0, Math.min(stops.length - 1, position))] ?? at
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return to(index - 1)
    case 'ArrowRight':
    case 'ArrowUp':
      return to(index + 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(stops.length - 1)
    case 'PageUp':
      return to(nearest(stops, at + page))
    case 'PageDown':
      return to(nearest(stops, at - page))
    default:
      return null
  }
}

function nearest(stops: readonly number[], at: number): number {
  let best = 0
  stops.forEach((stop, index) => {
    if (Math.abs(stop - at) < Math.abs((stops[best] ?? 0) - at)) best = index
  })
  return best
}
