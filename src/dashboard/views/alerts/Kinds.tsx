import { ALERT_KINDS } from '../../../wire.ts'
import { useStatus } from '../../page/PageContext.ts'
import { Icon } from '../../shell/Icon.tsx'
import { KIND_WORDS, withoutKind } from './kindWords.ts'

/** Which kinds send messages, what each tells, and the line of wrangler.toml that turns it off. */
export function Kinds() {
  const on = useStatus()?.alert_kinds
  if (!on) return <p class="empty">Loading…</p>
  return (
    <>
      <p class="muted">
        All kinds are listed here; those that are on also send messages. <code>ALERTS</code> in wrangler.toml says
        which.
      </p>
      <ul class="kind-list">
        {ALERT_KINDS.map(kind => {
          const isOn = on.includes(kind)
          return (
            <li key={kind}>
              <details>
                <summary>
                  <Icon name={isOn ? 'bell' : 'none'} /> <b>{KIND_WORDS[kind].name}</b>{' '}
                  <span class="muted">{isOn ? 'on' : 'off'}</span> <span>{KIND_WORDS[kind].tells}</span>
                </summary>
                <p>
                  {isOn ? 'To turn it off' : 'To turn it on'}:{' '}
                  <code class="setting">{isOn ? withoutKind(on, kind) : `ALERTS = "${[...on, kind].join(',')}"`}</code>
                </p>
              </details>
            </li>
          )
        })}
      </ul>
    </>
  )
}
