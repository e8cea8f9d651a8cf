import { useMemo } from 'preact/hooks'
import type { Page } from './page/Page.ts'
import { PlaceContext } from './page/PageContext.ts'
import { useStore } from './page/store.ts'
import { address as addressStore } from './shell/addressBar.ts'
import { Board } from './shell/Board.tsx'
import { Gates } from './shell/parts.ts'
import { useHead } from './shell/useHead.ts'
import { useNotifications } from './shell/useNotifications.ts'
import { useTheme } from './shell/useTheme.ts'
import { zoneFor } from './words/zone.ts'

export function App({ page }: { page: Page }) {
  const access = useStore(page.session.access)
  const address = useStore(addressStore)
  const said = useStore(page.said)
  const zone = useMemo(() => zoneFor(address.tz), [address.tz])
  const place = useMemo(() => ({ page, address, zone }), [page, address, zone])
  useTheme(address.theme)
  return (
    <PlaceContext.Provider value={place}>
      <Head />
      {access.kind === 'in' || access.kind === 'asking' ? <Board /> : <Gates access={access} />}
      <output class="unseen" aria-live="polite">
        {said}
      </output>
    </PlaceContext.Provider>
  )
}

function Head() {
  useHead()
  useNotifications()
  return null
}
