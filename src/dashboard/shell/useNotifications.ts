import { useEffect } from 'preact/hooks'
import { usePlace } from '../page/PageContext.ts'
import { cleanLabel } from '../words/cleanLabel.ts'
import { preferences } from './preferences.ts'

/** Alerts as notifications of the desktop: only where the reader asked for them, and only while the page is open. */
export function useNotifications(): void {
  const { page } = usePlace()
  useEffect(
    () =>
      page.facts.fresh.subscribe(() => {
        const alert = page.facts.fresh.get()
        if (!alert || !wanted()) return
        new Notification('OpenAI usage', { body: cleanLabel(alert.message), tag: `alert-${alert.id}` })
      }),
    [page],
  )
}

function wanted(): boolean {
  return 'Notification' in globalThis && preferences().notify === 'on' && Notification.permission === 'granted'
}
