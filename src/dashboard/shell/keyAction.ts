import type { Tier } from '../../wire.ts'
import { VIEWS, type ViewPath } from '../views/views.ts'

export type KeyAction =
  | { kind: 'help' | 'poll' | 'theme' | 'pause' | 'kiosk' | 'filter' }
  | { kind: 'tier'; tier: Tier | null }
  | { kind: 'view'; path: ViewPath }

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
  ...Object.fromEntries(VIEWS.map(({ key, path }): [string, KeyAction] => [key, { kind: 'view', path }])),
}

/** Null while typing, and for every combination that belongs to the browser. */
export function keyAction(press: Press, typing: boolean): KeyAction | null {
  if (typing || press.ctrlKey || press.metaKey || press.altKey) return null
  return Object.hasOwn(KEYS, press.key) ? (KEYS[press.key] ?? null) : null
}
