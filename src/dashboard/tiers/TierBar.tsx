import type { Tier } from '../../wire.ts'
import { useView } from '../page/PageContext.ts'
import { fullTokens, percent, shareOf } from '../words/tokens.ts'
import { barScale } from './barScale.ts'
import type { TierView } from './useTier.ts'

export function TierBar({ tier, view }: { tier: Tier; view: TierView }) {
  const { state } = useView()
  const { usage, projection, dayStart, dayEnd, now } = view
  const { tokens_used: used, limit } = usage
  const dayShare = (now - dayStart) / (dayEnd - dayStart)
  const scale = barScale({ used, limit, projection, dayShare })
  // Beyond it there is no room for the word: it then ends at its line, and needs more between itself and the pace.
  const limitEnds = (scale.limit ?? 0) > 85
  const share = shareOf(used, limit)
  const said =
    share === null
      ? `${fullTokens(used)} tokens, no limit set`
      : `${fullTokens(used)} of ${fullTokens(limit)} tokens, ${percent(share)}`
  const width = (percentage: number) => ({ width: `${percentage.toFixed(2)}%` })
  const left = (percentage: number) => ({ left: `${percentage.toFixed(2)}%` })
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot carry the pace mark and the limit line.
    <div
      class="bar"
      role="meter"
      aria-label={`${tier} tier used`}
      aria-valuemin={0}
      aria-valuemax={limit > 0 ? limit : Math.max(used, 1)}
      aria-valuenow={limit > 0 ? Math.min(used, limit) : used}
      aria-valuetext={said}
    >
      <div class="track" aria-hidden="true">
        <i class="projected" style={width(scale.projected)} />
        <i class="over" style={width(scale.over)} />
        <i class="fill" style={width(scale.fill)} />
        {scale.limit !== null &&
          state.status?.thresholds
            .filter(percentage => percentage !== 100 && percentage * (scale.limit ?? 0) < 10_000)
            .map(percentage => (
              <i key={percentage} class="notch" style={left((percentage / 100) * (scale.limit ?? 0))} />
            ))}
        {scale.limit !== null && <i class="limit" style={left(scale.limit)} />}
        {scale.pace !== null && <i class="pace" style={left(scale.pace)} />}
      </div>
      <div class="marks" aria-hidden="true">
        {scale.pace !== null && (
          <span class={`mark${scale.pace < 8 ? ' start' : scale.pace > 80 ? ' end' : ''}`} style={left(scale.pace)}>
            even pace {percent(dayShare)}
          </span>
        )}
        {scale.limit !== null && (scale.pace === null || scale.limit - scale.pace > (limitEnds ? 25 : 19)) && (
          <span class={limitEnds ? 'mark end' : 'mark start'} style={left(scale.limit)}>
            limit
          </span>
        )}
      </div>
    </div>
  )
}
