import { useLayoutEffect } from 'preact/hooks'
import type { Theme } from './address.ts'

export const NEXT_THEME: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }

export function useTheme(theme: Theme): void {
  useLayoutEffect(() => {
    showTheme(theme)
    dispatchEvent(new Event('themechange'))
  }, [theme])
}

/** Also for the page before anything is drawn. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

/** Runs when colours may have changed: theme chosen here, by the system, or forced colours. */
export function onColours(run: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'].map(q =>
    matchMedia(q),
  )
  for (const query of queries) query.addEventListener('change', run)
  addEventListener('themechange', run)
  return () => {
    for (const query of queries) query.removeEventListener('change', run)
    removeEventListener('themechange', run)
  }
}
