import type { LiveFrame } from '../../wire.ts'

const TYPES: readonly LiveFrame['type'][] = ['snapshot', 'usage', 'alert', 'notice', 'status']

/** Null for anything that is not a frame: a newer server may send types this page does not know. */
export function parseFrame(text: unknown): LiveFrame | null {
  if (typeof text !== 'string') return null
  try {
    const frame = JSON.parse(text) as Partial<LiveFrame> | null
    if (typeof frame !== 'object' || frame === null || typeof frame.seq !== 'number') return null
    const { type } = frame
    return TYPES.some(known => known === type) ? (frame as LiveFrame) : null
  } catch {
    return null
  }
}
