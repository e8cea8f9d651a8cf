import type { Tier } from '../../wire.ts'
import { useView } from '../page/PageContext.ts'
import { Icon } from '../shell/Icon.tsx'
import { BurnUp } from '../shell/parts.ts'
import { fullTokens, percent, shareOf } from '../words/tokens.ts'
import { leftLine, type Verdict } from './outlook.ts'
import { KINDS, PAID, Split } from './Split.tsx'
import { TierBar } from './TierBar.tsx'
import { TIER_NAMES } from './tierNames.ts'
import { type TierView, useTier } from './useTier.ts'

const VERDICT_TONES: Record<Verdict, 'ok' | 'warn' | 'exceeded' | 'none'> = {
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
          <Icon name={view.state} /> {view.standing}
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

function Figures({ view: { usage } }: { view: TierView }) {
  const share = shareOf(usage.tokens_used, usage.limit)
  return (
    <p class="figures">
      <strong>{share === null ? fullTokens(usage.tokens_used) : percent(share)}</strong>
      <span>
        {share === null ? 'tokens today' : <b>{fullTokens(usage.tokens_used)}</b>}
        {share === null ? '' : ` of ${fullTokens(usage.limit)} tokens`}
      </span>
    </p>
  )
}

function Lines({ view }: { view: TierView }) {
  const { zone } = useView()
  const { usage, outlook, resetsAt, now } = view
  const tone = VERDICT_TONES[outlook.verdict]
  return (
    <div class="lines">
      <p class="left">{leftLine({ used: usage.tokens_used, limit: usage.limit, resetsAt, now, zone })}</p>
      <p class={`outlook tone-${tone}`} title={METHOD}>
        <Icon name={tone} />
        <span>{outlook.sentence}</span>
      </p>
    </div>
  )
}

const METHOD =
  'From today’s hourly rates, recent hours weighing more. The range holds about eight days in ten. No forecast in the first hour, before five readings, or from stale data.'

/**
 * Of the very lines that will stand there, unseen: their places are kept to the pixel, and the fonts are there when the
 * numbers come: to find them took a quarter of the frame that first shows numbers on a cold phone.
 */
function TierSkeleton({ tier, withCurve }: { tier: Tier; withCurve: boolean }) {
  return (
    <article class="card tier loading" aria-labelledby={`tier-${tier}`} aria-busy="true">
      <header>
        <h2 id={`tier-${tier}`}>{TIER_NAMES[tier]} tier</h2>
        <span class="badge ghost" aria-hidden="true">
          <span>Loading</span>
        </span>
      </header>
      <p class="ghost ghost-figures" aria-hidden="true">
        <strong>00.0 %</strong>
        <span>
          <b>000,000</b> of 0,000,000 tokens
        </span>
      </p>
      <div class="ghost ghost-bar" />
      <div class="lines ghost" aria-hidden="true">
        <p>0 left</p>
        <p class="outlook">No forecast</p>
      </div>
      <dl class="split">
        {(withCurve ? [...PAID, ...KINDS] : PAID).map(([name]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="ghost">
              <span>0</span>
            </dd>
          </div>
        ))}
      </dl>
      {withCurve && <div class="ghost ghost-chart" />}
    </article>
  )
}
