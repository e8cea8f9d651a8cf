import type { Tier } from '../../wire.ts'

export type KeyAction =
  | { kind: 'help' | 'poll' | 'theme' | 'pause' | 'kiosk' | 'filter' }
  | { kind: 'tier'; tier: Tier | null }

interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

const KEYS: Record<string, KeyAction> = {
  '?': { kind: 'help' },
  r: { kind: 'poll' },
  t: { kind: 'theme' },
  p: { kind: 'pause' },
  k: { kind: 'kiosk' },
  '/': { kind: 'filter' },
  '0': { kind: 'tier', tier: null },
  '1': { kind: 'tier', tier: 'premium' },
  '2': { kind: 'tier', tier: 'mini' },
}

/** Null while typing, and for every combination that belongs to the browser. */
export function keyAction(press: Press, typing: boolean): KeyAction | null {
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return null
  return KEYS[press.key] ?? null
}
