import type { Tier } from '../../wire.ts'
import { useView } from '../page/PageContext.ts'
import { fullTokens, percent, shareOf, shortTokens } from '../words/tokens.ts'
import { type BarScale, barScale } from './barScale.ts'
import { nounOf, rangeOf } from './outlook.ts'
import type { TierView } from './useTier.ts'

const width = (percentage: number) => ({ width: `${percentage.toFixed(2)}%` })
const left = (percentage: number) => ({ left: `${percentage.toFixed(2)}%` })

export function TierBar({ tier, view }: { tier: Tier; view: TierView }) {
  const { state } = useView()
  const { usage, forecast, dayStart, dayEnd, now } = view
  const { counted_tokens: counted, limit } = usage
  const dayShare = (now - dayStart) / (dayEnd - dayStart)
  const free = usage.limit_counts === 'free' ? counted : usage.free_tokens
  const scale = barScale({ counted, free, limit, expected: rangeOf(forecast)?.expected ?? null, dayShare })
  const marks = scale.limit === null ? [] : (state.status?.thresholds ?? []).filter(each => each < 100)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot carry the pace mark and the limit line.
    <div
      class="bar"
      role="meter"
      aria-label={`${tier} tier used`}
      aria-valuemin={0}
      aria-valuemax={limit > 0 ? limit : Math.max(counted, 1)}
      aria-valuenow={limit > 0 ? Math.min(counted, limit) : counted}
      aria-valuetext={said(view)}
    >
      <div class="marks above" aria-hidden="true">
        {spread(marks.map(each => ({ name: `${each} %`, at: (each / 100) * (scale.limit ?? 0) }))).map(mark => (
          <span key={mark.name} class={markClass(mark.at)} style={left(mark.at)}>
            {mark.name}
          </span>
        ))}
      </div>
      <div class="track" aria-hidden="true">
        <i class="projected" style={width(scale.projected)} />
        <i class="over" style={width(scale.over)} />
        <i class="fill" style={width(scale.fill)} />
        {scale.over > scale.free && (
          <i class="billed" style={{ ...left(scale.free), ...width(scale.over - scale.free) }} />
        )}
        {marks.map(each => (
          <i key={each} class="notch" style={left((each / 100) * (scale.limit ?? 0))} />
        ))}
        {scale.limit !== null && <i class="limit" style={left(scale.limit)} />}
        {scale.pace !== null && <i class="pace" style={left(scale.pace)} />}
      </div>
      <Below scale={scale} limit={limit} dayShare={dayShare} />
      <p class="bar-key" aria-hidden="true">
        <span class="key key-free" /> free {shortTokens(usage.free_tokens)}
        <span class="key key-billed" /> billed {shortTokens(usage.billed_tokens)}
        {usage.limit_counts === 'free' && usage.billed_tokens > 0 ? ', beside the limit' : ''}
        {rangeOf(forecast) && (
          <>
            <span class="key key-projected" /> forecast {shortTokens(rangeOf(forecast)?.expected ?? 0)}
          </>
        )}
      </p>
    </div>
  )
}

function Below({ scale, limit, dayShare }: { scale: BarScale; limit: number; dayShare: number }) {
  if (scale.limit === null || scale.pace === null) return <div class="marks" aria-hidden="true" />
  // Beyond it there is no room for the word: it then ends at its line, and needs more between itself and the pace.
  const limitEnds = scale.limit > 75
  const room = scale.limit - scale.pace > (limitEnds ? 36 : 26)
  return (
    <div class="marks" aria-hidden="true">
      <span class={markClass(scale.pace)} style={left(scale.pace)}>
        even pace {percent(dayShare)}
      </span>
      {room && (
        <span class={`mark ${limitEnds ? 'end' : 'start'}`} style={left(scale.limit)}>
          limit {shortTokens(limit)}
        </span>
      )}
    </div>
  )
}

function markClass(at: number): string {
  return `mark${at < 8 ? ' start' : at > 80 ? ' end' : ''}`
}

/** A name needs a tenth of the bar, so that a phone has room for it: what stands closer goes without. The highest counts most. */
function spread(marks: readonly { name: string; at: number }[]): { name: string; at: number }[] {
  const placed: { name: string; at: number }[] = []
  for (const mark of [...marks].sort((a, b) => b.at - a.at)) {
    if (placed.every(each => Math.abs(each.at - mark.at) >= 11)) placed.push(mark)
  }
  return placed
}

function said({ usage }: TierView): string {
  const { counted_tokens: counted, limit, billed_tokens } = usage
  const share = shareOf(counted, limit)
  const billed = billed_tokens > 0 ? `, ${fullTokens(billed_tokens)} billed` : ''
  return share === null
    ? `${fullTokens(counted)} ${nounOf(usage)}, no limit set${billed}`
    : `${fullTokens(counted)} of ${fullTokens(limit)} ${nounOf(usage)}, ${percent(share)}${billed}`
}
