import { useEffect, useRef, useState } from 'preact/hooks'
import { useStore } from '../page/store.ts'
import { VIEWS } from '../views/views.ts'
import { helpOpen } from './help.ts'
import { preferences, savePreference } from './preferences.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ...VIEWS.map(({ key, name, answers }) => [key, `${name}: ${answers}`] as const),
  ['r', 'Poll now'],
  ['/', 'Filter who'],
  ['1', 'Premium only'],
  ['2', 'Mini only'],
  ['0', 'Both tiers'],
  ['p', 'Pause or resume live updates'],
  ['t', 'Theme: system, light, dark'],
  ['k', 'Wall screen'],
  ['?', 'This help'],
]

export function Help() {
  const open = useStore(helpOpen)
  const [on, setOn] = useState(preferences().keys !== 'off')
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
  }, [open])
  return (
    <dialog class="help" ref={dialog} aria-labelledby="help-title" onClose={() => helpOpen.set(false)}>
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
