import { useMemo } from 'preact/hooks'
import { type HistoryView, type HourPoint, TIERS } from '../../../wire.ts'
import { usePlace, useServerNow, useUsage } from '../../page/PageContext.ts'
import { useResource } from '../../page/useResource.ts'
import { Panel } from '../../shell/Panel.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { TIER_NAMES } from '../../tiers/tierState.ts'
import { dayOf } from '../../words/clock.ts'
import { fullTokens } from '../../words/tokens.ts'
import { type HeatDay, heatDays, LEVELS, levelOf } from './heat.ts'

const DAYS = 28
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))

/** When in the day tokens are used: four weeks of hours. */
export function HeatMap() {
  const { address } = usePlace()
  const usage = useUsage()
  const now = useServerNow(3600)
  const hours = useResource<HistoryView<HourPoint>>(`/api/history?days=${DAYS}&interval=hour`)
  const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
  const points = hours.value?.snapshots
  const maps = useMemo(
    () => (points ? tiers.map(tier => ({ tier, days: heatDays(points, tier, now, DAYS) })) : []),
    [points, now, address.tier],
  )
  return (
    <Panel
      id="heat"
      class="heat"
      title={
        <>
          Hours of four weeks <span class="muted">UTC</span>
        </>
      }
    >
      <Trouble of={hours} what="The hours" />
      <div class="heat-maps" data-date={usage?.date}>
        {maps.map(({ tier, days }) => (
          <HourMap key={tier} name={TIER_NAMES[tier]} days={days} />
        ))}
      </div>
      {maps.length > 0 && (
        <p class="legend muted" aria-hidden="true">
          <span>
            nothing{' '}
            {Array.from({ length: LEVELS + 1 }, (_, level) => (
              <i key={level} class={`key level-${level}`} />
            ))}{' '}
            the busiest hours
          </span>
          <span>
            <i class="key level-none" /> not known
          </span>
        </p>
      )}
    </Panel>
  )
}

function HourMap({ name, days }: { name: string; days: readonly HeatDay[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={`${name}: tokens by hour`}>
      <table class="heat-map">
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Day</span>
            </th>
            {HOURS.map(hour => (
              <th key={hour} scope="col">
                {Number(hour) % 3 === 0 ? hour : <span class="unseen">{hour}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map(day => (
            <tr key={day.date}>
              <th scope="row">{dayOf(day.date)}</th>
              {day.hours.map((tokens, hour) => (
                <td
                  key={HOURS[hour]}
                  class={tokens === null ? 'level-none' : `level-${levelOf(tokens, days)}`}
                  title={`${dayOf(day.date)}, ${HOURS[hour]}:00 UTC: ${tokens === null ? 'not known' : fullTokens(tokens)}`}
                >
                  <span class="unseen">{tokens === null ? '–' : fullTokens(tokens)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
