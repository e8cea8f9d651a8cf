import './costs.css'
import type { CostsRow, CostsView } from '../../../wire.ts'
import { ColumnChart } from '../../charts/ColumnChart.tsx'
import { Legend } from '../../charts/Legend.tsx'
import { usePlace, useUsage } from '../../page/PageContext.ts'
import { useResources } from '../../page/useResource.ts'
import { go } from '../../shell/addressBar.ts'
import { CsvLink } from '../../shell/CsvLink.tsx'
import { DataTable } from '../../shell/DataTable.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { TableToggle } from '../../shell/TableToggle.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { cleanLabel } from '../../words/cleanLabel.ts'
import { dayOf, shortDay } from '../../words/clock.ts'
import { dollars, roughDollars } from '../../words/dollars.ts'
import { percent } from '../../words/tokens.ts'
import { costDays, type MoneyDay } from './costDays.ts'
import { againForCosts, asOf, noCosts } from './costWords.ts'
import { MonthBar } from './MonthBar.tsx'

const DAYS = 30
const DAYS_PATH = `/api/costs?by=day&days=${DAYS}`
const MARKS = [
  ['key-usd', 'final'],
  ['key-today', 'provisional: OpenAI may still add to it'],
  ['key-gap', 'no data'],
] as const

export function Costs() {
  const { address, zone } = usePlace()
  const today = useUsage()?.date ?? null
  const month = today?.slice(0, 7)
  const paths = month
    ? [DAYS_PATH, `/api/costs?by=project&month=${month}`, `/api/costs?by=line_item&month=${month}`]
    : []
  const [days, projects, items] = useResources<CostsView>(paths, againForCosts)
  if (!today || !days) return <p class="empty">Loading…</p>
  const why = noCosts(days.value, days.problem)
  if (!days.value || why !== null) {
    return (
      <Panel id="costs" title="Costs">
        {why === null ? <Trouble of={days} what="Costs" /> : <p class="empty">{days.value?.message ?? why}</p>}
        <p class="muted">Tokens, alerts and forecasts work without costs.</p>
      </Panel>
    )
  }
  const bars = costDays(days.value.rows, today, DAYS)
  return (
    <>
      <MonthBar costs={days.value} today={today} />
      <Panel
        id="cost-days"
        class="days"
        title={`Last ${DAYS} days`}
        tools={
          <>
            <TableToggle name="costs" what="costs" />
            <CsvLink what="costs" path={DAYS_PATH} />
          </>
        }
      >
        {address.tables.includes('costs') ? (
          <DataTable
            label="Costs by day"
            columns={[
              { name: 'Day (UTC)', cell: ({ date }: MoneyDay) => dayOf(date) },
              { name: 'Dollars', num: true, cell: ({ usd }: MoneyDay) => (usd === null ? 'no data' : dollars(usd)) },
              {
                name: 'State',
                cell: ({ usd, final }: MoneyDay) => (usd === null ? '–' : final ? 'final' : 'provisional'),
              },
            ]}
            rows={[...bars].reverse()}
            keyOf={({ date }) => date}
          />
        ) : (
          <ColumnChart
            name="Dollars a day"
            summary="Dollars by UTC day"
            bars={bars.map(({ date, usd, final }) => ({
              date,
              parts: usd === null ? [] : [{ kind: 'usd' as const, value: usd }],
              limit: 0,
              provisional: !final,
            }))}
            unit={roughDollars}
            read={(_, at) => readCost(bars[at])}
            label={shortDay}
            chosen={address.date}
            onChoose={date => go({ date: date === address.date ? null : date }, 'push')}
          />
        )}
        <Legend keys={MARKS} more={asOf(days.value, zone)} />
      </Panel>
      <div class="halves">
        <Split id="cost-projects" title="By project, this month" of={projects} what="Costs by project" />
        <Split id="cost-items" title="By line item, this month" of={items} what="Costs by line item" />
      </div>
    </>
  )
}

function readCost(day: MoneyDay | undefined): string {
  if (!day) return ''
  if (day.usd === null) return `${dayOf(day.date)}: no data`
  return `${dayOf(day.date)}: ${dollars(day.usd)}${day.final ? '' : ', provisional'}`
}

interface SplitProps {
  id: string
  title: string
  what: string
  of: ReturnType<typeof useResources<CostsView>>[number] | undefined
}

function Split({ id, title, of, what }: SplitProps) {
  const rows = of?.value?.rows ?? []
  const total = of?.value?.total_usd ?? 0
  const nameOf = ({ name, id: key }: CostsRow) => cleanLabel(name ?? key ?? 'not named by OpenAI')
  return (
    <Panel id={id} title={title}>
      {of && <Trouble of={of} what={what} />}
      {of?.value && rows.length === 0 && <p class="empty">No costs yet this month.</p>}
      {rows.length > 0 && (
        <DataTable
          label={`${title}, table`}
          columns={[
            {
              name: 'Name',
              cell: (row: CostsRow) => (
                <bdi class="cut" title={row.id ? `${nameOf(row)} (${row.id})` : nameOf(row)}>
                  {nameOf(row)}
                </bdi>
              ),
              total: 'Total',
            },
            { name: 'Dollars', num: true, cell: (row: CostsRow) => dollars(row.usd), total: dollars(total) },
            {
              name: 'Share',
              num: true,
              cell: (row: CostsRow) => (
                <span class="share" style={{ '--share': (row.usd / Math.max(total, 1e-9)).toFixed(3) }}>
                  {percent(Math.max(0, row.usd) / Math.max(total, 1e-9))}
                </span>
              ),
              total: '',
            },
          ]}
          rows={rows}
          keyOf={row => String(row.id ?? row.name)}
        />
      )}
    </Panel>
  )
}
