import { useEffect, useRef, useState } from 'preact/hooks'
import { useView } from '../page/PageContext.ts'
import { address, go } from './addressBar.ts'
import { type KeyAction, keyAction } from './keyAction.ts'
import { NEXT_THEME } from './nextTheme.ts'
import { openHelp } from './openHelp.ts'
import { preferences, savePreference } from './preferences.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ['r', 'Poll now'],
  ['/', 'Filter models'],
  ['1', 'Premium only'],
  ['2', 'Mini only'],
  ['0', 'Both tiers'],
  ['p', 'Pause or resume live updates'],
  ['t', 'Theme: system, light, dark'],
  ['k', 'Wall screen'],
  ['?', 'This help'],
]

export function Shortcuts() {
  const { page } = useView()
  const [on, setOn] = useState(preferences().keys !== 'off')
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const act = (action: KeyAction) => {
      if (action.kind === 'help') openHelp()
      else if (action.kind === 'poll') void page.pollNow()
      else if (action.kind === 'theme') go({ theme: NEXT_THEME[address.get().theme] })
      else if (action.kind === 'pause') page.setPaused(!page.state.get().paused)
      else if (action.kind === 'kiosk') go({ kiosk: !address.get().kiosk }, 'push')
      else if (action.kind === 'tier') go({ tier: action.tier }, 'push')
      else document.querySelector<HTMLInputElement>('input[type=search]')?.focus()
    }
    const press = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, select, textarea, dialog *')
      const action = keyAction(event, typing)
      if (!action || (!on && action.kind !== 'help')) return
      event.preventDefault()
      act(action)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [page, on])
  return (
    <dialog class="help" ref={dialog} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">On a focused chart: arrow keys, Page Up, Page Down, Home and End move the reading line.</p>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          onChange={event => {
            setOn(event.currentTarget.checked)
            savePreference('keys', event.currentTarget.checked ? 'on' : 'off')
          }}
        />
        Single-letter keys are on
      </label>
      <form method="dialog">
        <button type="submit" class="button">
          Close
        </button>
      </form>
    </dialog>
  )
}
