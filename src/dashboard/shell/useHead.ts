import { useEffect } from 'preact/hooks'
import { useView } from '../page/PageContext.ts'
import { health } from '../status/health.ts'
import { useStale } from '../status/useStale.ts'
import { useVerdict } from '../tiers/useVerdict.ts'
import { timeOfDay } from '../words/clock.ts'
import { favicon } from './favicon.ts'
import { tabState } from './pageTitle.ts'

const NOTES = { asking: null, in: null, sign_in: 'Sign in', locked: 'Locked', unreachable: 'Unreachable' }

/** The tab's title and icon carry the state, for those who look at another page. */
export function useHead(): void {
  const { state, zone } = useView()
  const verdict = useVerdict(at => timeOfDay(at, zone.name))
  const stale = useStale()
  const tab = tabState({
    usage: state.usage,
    stale,
    note: NOTES[state.access.kind],
    verdict,
    health: health(state.status, state.paused),
  })
  const icon = favicon(tab)
  const title = state.link.kind === 'paused' ? `⏸ ${tab.title}` : tab.title
  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    document.querySelector('link[rel=icon]')?.setAttribute('href', icon)
  }, [icon])
}
