import type { Tier } from '../../wire.ts'
import { useStatus } from '../page/PageContext.ts'
import { useNarrow } from '../shell/useNarrow.ts'
import { fullTokens, percent, shareOf, shortTokens } from '../words/tokens.ts'
import { barScale } from './barScale.ts'
import { nounOf, rangeOf } from './outlook.ts'
import { BAR_PX, type Mark, placeMarks } from './placeMarks.ts'
import type { TierView } from './useTier.ts'

const width = (percentage: number) => ({ width: `${percentage.toFixed(2)}%` })
const left = (percentage: number) => ({ left: `${percentage.toFixed(2)}%` })

export function TierBar({ tier, view }: { tier: Tier; view: TierView }) {
  const status = useStatus()
  const { usage, forecast, dayStart, dayEnd, now } = view
  const { counted_tokens: counted, limit } = usage
  const dayShare = (now - dayStart) / (dayEnd - dayStart)
  const free = usage.limit_counts === 'free' ? counted : usage.free_tokens
  const scale = barScale({ counted, free, limit, expected: rangeOf(forecast)?.expected ?? null, dayShare })
  const barPx = useNarrow() ? BAR_PX.phone : BAR_PX.side
  const marks = scale.limit === null ? [] : (status?.thresholds ?? []).filter(each => each < 100)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a native meter cannot carry the pace mark and the limit line.
    <div
      class="bar"
      role="meter"
      aria-label={`${tier} tier used${usage.limit_counts === 'free' ? ', free tokens' : ''}`}
      aria-valuemin={0}
      aria-valuemax={limit > 0 ? limit : Math.max(counted, 1)}
      aria-valuenow={limit > 0 ? Math.min(counted, limit) : counted}
      aria-valuetext={said(view)}
    >
      <Names
        class="above"
        barPx={barPx}
        marks={scale.limit === null ? [] : marks.map(alertMark(scale.limit)).reverse()}
      />
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
      <Names
        class="below"
        barPx={barPx}
        marks={
          scale.limit === null || scale.pace === null
            ? []
            : [
                { name: `limit ${shortTokens(limit)}`, at: scale.limit },
                { name: `even pace ${percent(dayShare)}`, at: scale.pace },
              ]
        }
      />
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

function Names({ class: name, barPx, marks }: { class: string; barPx: number; marks: readonly Mark[] }) {
  return (
    <div class={`marks ${name}`} aria-hidden="true">
      {placeMarks(marks, barPx).map(mark => (
        <span key={mark.name} class={`mark ${mark.align}`} style={left(mark.at)}>
          {mark.name}
        </span>
      ))}
    </div>
  )
}

const alertMark = (limit: number) => (percentage: number) => ({
  name: `${percentage} %`,
  at: (percentage / 100) * limit,
})

function said({ usage, unread }: TierView): string {
  if (unread) return 'Nothing read yet'
  const { counted_tokens: counted, limit, billed_tokens } = usage
  const share = shareOf(counted, limit)
  const billed = billed_tokens > 0 ? `, ${fullTokens(billed_tokens)} billed` : ''
  return share === null
    ? `${fullTokens(counted)} ${nounOf(usage)}, no limit set${billed}`
    : `${fullTokens(counted)} of ${fullTokens(limit)} ${nounOf(usage)}, ${percent(share)}${billed}`
}
