import type { Tier } from '../../wire.ts'
import { usePlace } from '../page/PageContext.ts'
import { Icon } from '../shell/Icon.tsx'
import { BurnUp } from '../shell/parts.ts'
import { fullTokens, percent, shareOf } from '../words/tokens.ts'
import { leftLine, nounOf, type Verdict } from './outlook.ts'
import { KINDS, PAID, Split } from './Split.tsx'
import { TierBar } from './TierBar.tsx'
import { TIER_NAMES } from './tierState.ts'
import { type TierView, useTier } from './useTier.ts'

export const VERDICT_TONES: Record<Verdict, 'ok' | 'warn' | 'exceeded' | 'none'> = {
  lasts: 'ok',
  may_exceed: 'warn',
  exceeds: 'warn',
  over: 'exceeded',
  unknown: 'none',
}

export function TierCard({ tier, withCurve }: { tier: Tier; withCurve: boolean }) {
  const view = useTier(tier)
  if (!view) return <TierSkeleton tier={tier} withCurve={withCurve} />
  return (
    <article class={`card tier state-${view.state}${view.stale ? ' stale' : ''}`} aria-labelledby={`tier-${tier}`}>
      <header>
        <h2 id={`tier-${tier}`}>{TIER_NAMES[tier]} tier</h2>
        <span class="badge">
          <Icon name={view.mark} /> {view.standing}
        </span>
      </header>
      <Figures view={view} />
      <TierBar tier={tier} view={view} />
      <Lines view={view} />
      <Split view={view} parts={withCurve ? [...PAID, ...KINDS] : PAID} />
      {withCurve && <BurnUp tier={tier} view={view} />}
    </article>
  )
}

/** Before the first reading nobody has measured anything: a dash, not a zero. */
export function Figures({ view: { usage, unread } }: { view: TierView }) {
  if (unread) {
    return (
      <p class="figures">
        <strong>–</strong>
        <span>nothing read yet</span>
      </p>
    )
  }
  const { counted_tokens: counted, limit } = usage
  const share = shareOf(counted, limit)
  return (
    <p class="figures">
      <strong>{share === null ? fullTokens(counted) : percent(share)}</strong>
      <span>
        {share === null ? `${nounOf(usage)} today` : <b>{fullTokens(counted)}</b>}
        {share === null ? '' : ` of ${fullTokens(limit)} ${nounOf(usage)}`}
      </span>
    </p>
  )
}

function Lines({ view }: { view: TierView }) {
  const { zone } = usePlace()
  const { usage, outlook, resetsAt, now, unread } = view
  const tone = VERDICT_TONES[outlook.verdict]
  const isBilled = usage.billed_tokens > 0
  return (
    <div class="lines">
      <p class="left">{unread ? 'What is left is not known yet' : leftLine(usage, { resetsAt, now, zone })}</p>
      {!unread && <PoolLine view={view} />}
      <p class={`outlook tone-${tone}`} title={METHOD}>
        <Icon name={tone === 'ok' && isBilled ? 'billed' : tone} />
        <span>{outlook.sentence}</span>
      </p>
    </div>
  )
}

/** The free pool is used up by free tokens alone: where all tokens count, it may be fuller than the limit looks. */
function PoolLine({ view: { usage } }: { view: TierView }) {
  const { limit_counts, free_remaining, billed_tokens } = usage
  if (limit_counts === 'free') {
    return billed_tokens > 0 ? <p class="pool">{fullTokens(billed_tokens)} billed tokens do not count</p> : null
  }
  if (free_remaining === null || billed_tokens === 0) return null
  return (
    <p class="pool">
      {fullTokens(free_remaining)} of the free pool unused: billed tokens count here, but not against it
    </p>
  )
}

const METHOD =
  'From the hours of up to 28 past days and the pace of today. The range holds eight days in ten. No forecast in the first hour or from stale data.'

/** Its lines take the room of those that will stand there. */
function TierSkeleton({ tier, withCurve }: { tier: Tier; withCurve: boolean }) {
  return (
    <article class="card tier loading" aria-labelledby={`tier-${tier}`} aria-busy="true">
      <header>
        <h2 id={`tier-${tier}`}>{TIER_NAMES[tier]} tier</h2>
        <span class="badge muted">Loading…</span>
      </header>
      <div class="ghost ghost-figures" />
      <div class="ghost ghost-bar" />
      <div class="ghost ghost-lines" />
      <dl class="split">
        {(withCurve ? [...PAID, ...KINDS] : PAID).map(([name]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>–</dd>
          </div>
        ))}
      </dl>
      {withCurve && <div class="ghost ghost-chart" />}
    </article>
  )
}
