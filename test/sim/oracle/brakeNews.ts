import type { World } from '../world/world.ts'

/** A message about the brake that a receiver took. */
export interface BrakeNews {
  at: number
  type: string
  id: string
  /** The UTC date that it is about. */
  date: string
}

/** In the order of their arrival, from receivers that get fields. */
export function newsOf({ receivers }: World): BrakeNews[] {
  return receivers.arrivals.flatMap(({ at, body, taken }) => {
    if (!taken || !body.includes('"brake.')) return []
    const { type, id, date } = JSON.parse(body) as { type: string; id: string; date: string }
    return type.startsWith('brake.') ? [{ at, type, id, date }] : []
  })
}
