import { useEffect } from 'preact/hooks'
import { useView } from '../page/PageContext.ts'
import { useStale } from '../status/useStale.ts'
import { favicon } from './favicon.ts'
import { tabState } from './pageTitle.ts'

const NOTES = { asking: null, in: null, sign_in: 'Sign in', locked: 'Locked', unreachable: 'Unreachable' }

/** The tab's title and icon carry the state, for those who look at another page. */
export function useHead(): void {
  const { state } = useView()
  const stale = useStale()
  const tab = tabState(state.usage, stale, NOTES[state.access.kind])
  const icon = favicon(tab)
  const title = state.link.kind === 'paused' ? `⏸ ${tab.title}` : tab.title
  useEffect(() => {
    document.title = title
  }, [title])
  useEffect(() => {
    document.querySelector('link[rel=icon]')?.setAttribute('href', icon)
  }, [icon])
}
