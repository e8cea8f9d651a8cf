import { useEffect, useRef } from 'preact/hooks'
import { TIERS, type Tier } from '../../wire.ts'
import { Brake } from '../brake/Brake.tsx'
import { usePlace, useServerNow, useStatus, useUsage } from '../page/PageContext.ts'
import { DataAgeChip } from '../status/DataAgeChip.tsx'
import { HealthPill } from '../status/HealthPill.tsx'
import { LinkChip } from '../status/LinkChip.tsx'
import { NoteLine } from '../status/Notes.tsx'
import { statusNotes } from '../status/statusNotes.ts'
import { BurnUp } from '../tiers/BurnUp.tsx'
import { leftLine } from '../tiers/outlook.ts'
import { PAID, Split } from '../tiers/Split.tsx'
import { TierBar } from '../tiers/TierBar.tsx'
import { Figures } from '../tiers/TierCard.tsx'
import { TIER_NAMES } from '../tiers/tierState.ts'
import { useTier } from '../tiers/useTier.ts'
import { clock, dayOf } from '../words/clock.ts'
import { go } from './addressBar.ts'
import { Help } from './Help.tsx'
import { Icon } from './Icon.tsx'
import { useWakeLock } from './useWakeLock.ts'

/** For a wall: large, without controls, awake, and itself again after a deploy. */
export function Kiosk() {
  const { address, zone } = usePlace()
  const status = useStatus()
  const usage = useUsage()
  const now = useServerNow(30)
  const version = useRef(status?.version)
  useWakeLock()
  useEffect(() => {
    const next = status?.version
    if (version.current && next && version.current !== next) location.reload()
    version.current = next
  }, [status?.version])
  useEffect(() => {
    const leave = (event: KeyboardEvent) => event.key === 'Escape' && go({ kiosk: false })
    document.addEventListener('keydown', leave)
    return () => document.removeEventListener('keydown', leave)
  }, [])
  const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
  const worst = status ? statusNotes(status, now, zone).find(note => note.tone !== 'info') : undefined
  return (
    <main class="kiosk">
      <header>
        <h1>OpenAI usage</h1>
        <span>
          {usage ? dayOf(usage.date) : ''} · {clock(now, zone)}
        </span>
        <HealthPill plain />
        <DataAgeChip />
        <LinkChip />
        {status?.simulated && <span class="chip tone-warn">Simulated data</span>}
        {status?.auth_mode === 'open' && <span class="chip tone-warn">Open to anyone</span>}
      </header>
      <Brake />
      <div class="tiers">
        {tiers.map(tier => (
          <KioskTier key={tier} tier={tier} />
        ))}
      </div>
      {worst && <NoteLine note={worst} now={now} zone={zone} />}
      <Help />
    </main>
  )
}

function KioskTier({ tier }: { tier: Tier }) {
  const { zone } = usePlace()
  const view = useTier(tier)
  if (!view) return <article class="card tier loading" aria-busy="true" />
  const { usage } = view
  return (
    <article class={`card tier state-${view.state}${view.stale ? ' stale' : ''}`}>
      <header>
        <h2>{TIER_NAMES[tier]}</h2>
        <span class="badge">
          <Icon name={view.mark} /> {view.standing}
        </span>
      </header>
      <Figures view={view} />
      {!view.unread && <p class="left">{leftLine(usage, { resetsAt: view.resetsAt, now: view.now, zone })}</p>}
      <TierBar tier={tier} view={view} />
      <p class="outlook">{view.outlook.sentence}</p>
      <Split view={view} parts={PAID} />
      <BurnUp tier={tier} view={view} />
    </article>
  )
}
