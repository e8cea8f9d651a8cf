import { useLayoutEffect } from 'preact/hooks'
import type { Page } from '../page/Page.ts'
import { usePlace } from '../page/PageContext.ts'
import { address, go, goTo } from './addressBar.ts'
import { filterAsked, openHelp } from './help.ts'
import { type KeyAction, keyAction } from './keyAction.ts'
import { preferences } from './preferences.ts'
import { NEXT_THEME } from './useTheme.ts'

/** A dialog that has closed keeps the focus until the next frame, on its checkbox: keys of that moment are not lost. */
const TYPED_INTO = 'input:not([type=checkbox]), select, textarea, dialog[open] *'

/** Single-letter keys, from the board's first paint on: who presses one does not wait for the rest of the page. */
export function useKeys(): void {
  const { page } = usePlace()
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches(TYPED_INTO)
      const action = keyAction(event, typing)
      if (!action || (preferences().keys === 'off' && action.kind !== 'help')) return
      event.preventDefault()
      act(action, page)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [page])
}

/** The filter is of the view that says who: from elsewhere the key leads there first, and the field takes the focus when it is made. */
function filter(): void {
  const field = document.querySelector<HTMLInputElement>('input[type=search]')
  field?.focus()
  if (field) return
  filterAsked.set(true)
  goTo('who')
}

function act(action: KeyAction, page: Page): void {
  if (action.kind === 'help') openHelp()
  else if (action.kind === 'poll') void page.polling.pollNow()
  else if (action.kind === 'theme') go({ theme: NEXT_THEME[address.get().theme] })
  else if (action.kind === 'pause') page.live.setPaused(!page.live.paused.get())
  else if (action.kind === 'kiosk') go({ kiosk: !address.get().kiosk }, 'push')
  else if (action.kind === 'view') goTo(action.path)
  else if (action.kind === 'tier') go({ tier: action.tier }, 'push')
  else filter()
}
