import { usePlace } from '../page/PageContext.ts'
import { useStore } from '../page/store.ts'
import { PollButton } from '../status/PollButton.tsx'
import { go, linkTo } from './addressBar.ts'
import { openHelp } from './help.ts'
import { Icon } from './Icon.tsx'
import { NEXT_THEME } from './useTheme.ts'
import { ZoneSelect } from './ZoneSelect.tsx'

export function Tools() {
  const { page, address } = usePlace()
  const access = useStore(page.session.access)
  const paused = useStore(page.live.paused)
  const session = access.kind === 'in' ? access.session : null
  return (
    <div class="tools">
      <PollButton />
      <ZoneSelect />
      <button
        type="button"
        class="tool"
        aria-label={`Theme: ${address.theme}`}
        title={`Theme: ${address.theme} (t)`}
        onClick={() => go({ theme: NEXT_THEME[address.theme] })}
      >
        <Icon name={address.theme} />
      </button>
      <button
        type="button"
        class="tool"
        aria-label="Pause live updates"
        aria-pressed={paused}
        title="Pause live updates (p)"
        onClick={() => page.live.setPaused(!paused)}
      >
        <Icon name={paused ? 'play' : 'pause'} />
      </button>
      <a
        class="tool to-kiosk"
        href={linkTo({ kiosk: true })}
        aria-label="Wall screen"
        title="Wall screen (k)"
        onClick={event => {
          event.preventDefault()
          go({ kiosk: true }, 'push')
        }}
      >
        <Icon name="kiosk" />
      </a>
      <button type="button" class="tool" aria-label="Help and keys" title="Help and keys (?)" onClick={openHelp}>
        <Icon name="help" />
      </button>
      {session?.auth_mode === 'token' && (
        <button
          type="button"
          class="tool"
          aria-label="Sign out"
          title="Sign out"
          onClick={() => void page.session.signOut()}
        >
          <Icon name="out" />
        </button>
      )}
    </div>
  )
}
