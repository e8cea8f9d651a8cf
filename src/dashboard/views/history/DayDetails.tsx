import type { ModelsView, Tier } from '../../../wire.ts'
import { useServerNow, useUsage } from '../../page/PageContext.ts'
import { useResource } from '../../page/useResource.ts'
import { Panel } from '../../shell/Panel.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { ViewLink } from '../../shell/ViewLink.tsx'
import { TIER_NAMES } from '../../tiers/tierState.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'
import { dayOf, utcDate } from '../../words/clock.ts'
import { fullTokens, percent, plural, shareOf } from '../../words/tokens.ts'
import type { DayBar } from './dayBars.ts'

const SHOWN = 8

interface Props {
  date: string
  bars: readonly { tier: Tier; bar: DayBar | undefined }[]
}

/** The chosen day, beside the chart that it was chosen in. */
export function DayDetails({ date, bars }: Props) {
  const usage = useUsage()
  const now = useServerNow(60)
  const isToday = date === usage?.date
  const isAhead = date > utcDate(now)
  const past = useResource<ModelsView>(isToday || isAhead ? null : `/api/models?date=${date}`)
  const models = (isToday ? usage?.models : past.value?.models) ?? []
  const byModel = new Map<string, number>()
  for (const { model, total_tokens } of models) byModel.set(model, (byModel.get(model) ?? 0) + total_tokens)
  const rows = [...byModel].sort(([, a], [, b]) => b - a)
  const total = rows.reduce((sum, [, tokens]) => sum + tokens, 0)
  return (
    <Panel id="day-details" class="day-details" title={`${dayOf(date)}${isToday ? ', so far' : ''}`}>
      {isAhead && <p class="empty">This date has not begun yet.</p>}
      {!isAhead && (
        <>
          {bars.map(({ tier, bar }) => (
            <TierOfDay key={tier} tier={tier} bar={bar} />
          ))}
          {!isToday && <Trouble of={past} what="The models of this day" />}
          <ul class="top-models">
            {rows.slice(0, SHOWN).map(([model, tokens]) => (
              <li key={model}>
                <bdi class="cut" title={cleanLabel(model)}>
                  {cleanLabel(model)}
                </bdi>
                <span>
                  {fullTokens(tokens)} <span class="muted">{percent(tokens / Math.max(1, total))}</span>
                </span>
              </li>
            ))}
          </ul>
          {rows.length > SHOWN && <p class="muted">and {plural(rows.length - SHOWN, 'more model')}</p>}
          <p>
            <ViewLink to="who" patch={isToday ? {} : { date }}>
              Who used this day
            </ViewLink>
          </p>
        </>
      )}
    </Panel>
  )
}

function TierOfDay({ tier, bar }: { tier: Tier; bar: DayBar | undefined }) {
  if (!bar || bar.kind === 'gap') {
    return (
      <p>
        <b>{TIER_NAMES[tier]}</b> <span class="muted">no data</span>
      </p>
    )
  }
  const share = shareOf(bar.tokens, bar.limit)
  return (
    <dl class="day-tier">
      <dt>{TIER_NAMES[tier]}</dt>
      <dd>
        <b>{fullTokens(bar.tokens)}</b>
        {share === null ? '' : `, ${percent(share)} of ${fullTokens(bar.limit)}`}
      </dd>
      <dd class="muted">
        {fullTokens(bar.free)} free, {fullTokens(bar.billed)} billed{bar.final ? '' : ', may still change'}
      </dd>
    </dl>
  )
}
