// What a reader prefers, never what they may see. Storage may be switched off; then preferences last as long as the page.
import type { Theme } from './address.ts'

interface Preferences {
  theme?: Theme
  tz?: string
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  keys?: 'on' | 'off'
  /** Alerts as notifications of the desktop, while the page is open. */
  notify?: 'on' | 'off'
}

const KEY = 'usage-tracker'
let kept: Preferences | null = null

export function preferences(): Preferences {
  if (kept) return kept
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Preferences
  } catch {
    kept = {}
  }
  return kept
}

export function savePreference<K extends keyof Preferences>(name: K, value: NonNullable<Preferences[K]>): void {
  kept = { ...preferences(), [name]: value }
  try {
    localStorage.setItem(KEY, JSON.stringify(kept))
  } catch {
    return
  }
}
