import './history.css'
import { useMemo } from 'preact/hooks'
import { type DayPoint, type HistoryView, TIERS } from '../../../wire.ts'
import { ColumnChart } from '../../charts/ColumnChart.tsx'
import { Legend } from '../../charts/Legend.tsx'
import { usePlace, useUsage } from '../../page/PageContext.ts'
import { useResource } from '../../page/useResource.ts'
import { go } from '../../shell/addressBar.ts'
import { CsvLink } from '../../shell/CsvLink.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { TableToggle } from '../../shell/TableToggle.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { FilterChip } from '../../shell/ViewLink.tsx'
import { TIER_NAMES } from '../../tiers/tierState.ts'
import { shortDay } from '../../words/clock.ts'
import { shortTokens } from '../../words/tokens.ts'
import { DayDetails } from './DayDetails.tsx'
import { DayTable } from './DayTable.tsx'
import { type DayBar, daysSummary, pastBars, readDay, todayBar } from './dayBars.ts'
import { HeatMap } from './HeatMap.tsx'

const MARKS = [
  ['key-free', 'free'],
  ['key-over', 'free, of a day over its limit'],
  ['key-billed', 'billed'],
  ['key-limit', 'limit of the day'],
  ['key-today', 'may still change'],
  ['key-gap', 'no data'],
] as const
const RANGES = [7, 30, 90] as const

export function History() {
  const { address } = usePlace()
  const usage = useUsage()
  const path = `/api/history?days=${address.range}&interval=day`
  const days = useResource<HistoryView<DayPoint>>(path)
  const today = usage?.date
  const past = useMemo(() => {
    if (!today || !days.value) return []
    const points = days.value.snapshots
    const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
    return tiers.map(tier => ({ tier, bars: pastBars({ days: points, today, tier, count: address.range }) }))
  }, [today, days.value, address.tier, address.range])
  const charts = usage ? past.map(({ tier, bars }) => ({ tier, bars: [...bars, todayBar(usage, tier)] })) : []
  const date = address.date ?? today ?? null
  const choose = (chosen: string) => go({ date: chosen === today ? null : chosen }, 'push')
  return (
    <>
      <div class="history">
        <Panel
          id="days"
          class="days"
          title={`Last ${address.range} days`}
          tools={
            <>
              <nav class="filters" aria-label="Days shown">
                {RANGES.map(range => (
                  <FilterChip key={range} on={address.range === range} patch={{ range }}>
                    {range} days
                  </FilterChip>
                ))}
              </nav>
              <TableToggle name="days" what="days" />
              <CsvLink what="days" path={path} />
            </>
          }
        >
          <Trouble of={days} what="The days" />
          {address.tables.includes('days') ? (
            <DayTable charts={charts} />
          ) : (
            charts.map(({ tier, bars }) => (
              <ColumnChart
                key={tier}
                name={TIER_NAMES[tier]}
                summary={`${tier} tokens by UTC day: ${daysSummary(bars)}`}
                bars={bars.map(toBar)}
                unit={shortTokens}
                read={(_, at) => words(bars[at])}
                label={shortDay}
                chosen={date}
                onChoose={choose}
              />
            ))
          )}
          <Legend keys={MARKS} />
        </Panel>
        {date && (
          <DayDetails
            date={date}
            bars={charts.map(({ tier, bars }) => ({ tier, bar: bars.find(each => each.date === date) }))}
          />
        )}
      </div>
      <HeatMap />
    </>
  )
}

function words(bar: DayBar | undefined): string {
  return bar ? readDay(bar) : ''
}

function toBar(bar: DayBar) {
  if (bar.kind === 'gap') return { date: bar.date, parts: [], limit: 0, provisional: false }
  const parts = [
    { kind: 'free' as const, value: bar.free },
    { kind: 'billed' as const, value: Math.max(0, bar.tokens - bar.free) },
  ]
  return { date: bar.date, parts, limit: bar.limit, provisional: !bar.final }
}
