import { useEffect } from 'preact/hooks'
import { usePlace, useStatus, useUsage } from '../page/PageContext.ts'
import { useStore } from '../page/store.ts'
import { health } from '../status/health.ts'
import { useStale } from '../status/useStale.ts'
import { useVerdict } from '../tiers/useVerdict.ts'
import { timeOfDay } from '../words/clock.ts'
import { favicon } from './favicon.ts'
import { tabState } from './pageTitle.ts'

const NOTES = { asking: null, in: null, sign_in: 'Sign in', locked: 'Locked', unreachable: 'Unreachable' }

/** The tab's title and icon carry the state, for those who look at another page. */
export function useHead(): void {
  const { page, zone } = usePlace()
  const usage = useUsage()
  const status = useStatus()
  const access = useStore(page.session.access)
  const paused = useStore(page.live.paused)
  const link = useStore(page.live.link)
  const verdict = useVerdict(at => timeOfDay(at, zone.name))
  const stale = useStale()
  const tab = tabState({
    usage,
    stale,
    note: NOTES[access.kind],
    verdict,
    health: health(status, paused),
  })
  const icon = favicon(tab)
  const title = link.kind === 'paused' ? `⏸ ${tab.title}` : tab.title
  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    document.querySelector('link[rel=icon]')?.setAttribute('href', icon)
  }, [icon])
}
