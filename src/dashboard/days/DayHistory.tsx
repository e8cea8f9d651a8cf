import { useMemo } from 'preact/hooks'
import { TIERS } from '../../wire.ts'
import { useView } from '../page/PageContext.ts'
import type { Address } from '../shell/address.ts'
import { go } from '../shell/addressBar.ts'
import { CsvButton } from '../shell/CsvButton.tsx'
import { TableToggle } from '../shell/TableToggle.tsx'
import { DayChart } from './DayChart.tsx'
import { DayTable } from './DayTable.tsx'
import { pastBars, todayBar } from './dayBars.ts'
import { dayCsv, dayCsvHeader } from './dayCsv.ts'

export function DayHistory() {
  const { state, address } = useView()
  const { usage, days } = state
  const today = usage?.date
  const past = useMemo(() => {
    if (!today || !days) return []
    const tiers = TIERS.filter(tier => address.tier === null || address.tier === tier)
    return tiers.map(tier => ({ tier, bars: pastBars({ days, today, tier, count: address.range }) }))
  }, [today, days, address.tier, address.range])
  const charts = usage ? past.map(({ tier, bars }) => ({ tier, bars: [...bars, todayBar(usage, tier)] })) : []
  return (
    <section class="card days" aria-labelledby="days">
      <header>
        <h2 id="days">Last {address.range} days</h2>
        <select
          aria-label="Days shown"
          value={String(address.range)}
          onChange={event => go({ range: Number(event.currentTarget.value) as Address['range'] })}
        >
          <option value="7">7 days</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
        </select>
        <span class="chart-tools">
          <TableToggle name="days" what="days" />
          <CsvButton
            what="days"
            name={`days-${usage?.date ?? ''}`}
            header={dayCsvHeader}
            rows={() => charts.flatMap(dayCsv)}
          />
        </span>
      </header>
      {charts.length === 0 && (
        <p class="empty">{state.missing.days ? state.missing.days.detail || state.missing.days.title : 'Loading…'}</p>
      )}
      {address.tables.includes('days') ? (
        <DayTable charts={charts} />
      ) : (
        <>
          {charts.map(({ tier, bars }) => (
            <DayChart key={tier} tier={tier} bars={bars} />
          ))}
          <p class="legend muted" aria-hidden="true">
            <span class="key key-limit" /> limit of the day <span class="key key-today" /> today, so far{' '}
            <span class="key key-gap" /> no data
          </p>
        </>
      )}
    </section>
  )
}
