import { usePlace, useStatus } from '../page/PageContext.ts'
import { useStore } from '../page/store.ts'
import { Icon, type IconName } from '../shell/Icon.tsx'
import { ViewLink } from '../shell/ViewLink.tsx'
import { type Health, health } from './health.ts'

const LOOKS: Record<Health['kind'], { tone: string; icon: IconName }> = {
  well: { tone: 'ok', icon: 'ok' },
  failing: { tone: 'critical', icon: 'critical' },
  paused: { tone: 'none', icon: 'pause' },
  set_aside: { tone: 'warn', icon: 'warn' },
  starting: { tone: 'none', icon: 'clock' },
  unknown: { tone: 'none', icon: 'clock' },
}

/** On every view: is the tracker well? It leads to what is to be done, but for `plain`, where nothing is pressed. */
export function HealthPill({ plain = false }: { plain?: boolean }) {
  const { page } = usePlace()
  const status = useStatus()
  const paused = useStore(page.live.paused)
  const { kind, word, title } = health(status, paused)
  const { tone, icon } = LOOKS[kind]
  if (plain) {
    return (
      <span class={`chip pill tone-${tone}`}>
        <Icon name={icon} /> {word}
      </span>
    )
  }
  return (
    <ViewLink to="status" class={`chip pill tone-${tone}`} title={title}>
      <Icon name={icon} />
      <span>
        <span class="unseen">Tracker: </span>
        {word}
      </span>
    </ViewLink>
  )
}
