import { useState } from 'preact/hooks'
import { preferences, savePreference } from '../../shell/preferences.ts'

/** Notifications of the desktop while the page is open: asked for here, and nowhere else. */
export function NotifyToggle() {
  const can = 'Notification' in globalThis
  const [on, setOn] = useState(can && preferences().notify === 'on' && Notification.permission === 'granted')
  const [refused, setRefused] = useState(can && Notification.permission === 'denied')
  if (!can) return null
  const change = async (wanted: boolean) => {
    const granted = wanted && (await Notification.requestPermission()) === 'granted'
    setRefused(wanted && !granted)
    setOn(granted)
    savePreference('notify', granted ? 'on' : 'off')
  }
  return (
    <div class="notify">
      <label class="check">
        <input type="checkbox" checked={on} onChange={event => void change(event.currentTarget.checked)} />
        Notify me on this desktop while the page is open
      </label>
      {refused && <p class="muted">This browser does not allow it: allow notifications for this address first.</p>}
    </div>
  )
}
