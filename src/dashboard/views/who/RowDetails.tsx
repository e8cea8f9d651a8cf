import type { BreakdownView, HistoryPage } from '../../../wire.ts'
import { ColumnChart } from '../../charts/ColumnChart.tsx'
import { useResources } from '../../page/useResource.ts'
import { go } from '../../shell/addressBar.ts'
import { cleanLabel } from '../../words/cleanLabel.ts'
import { dayOf, shortDay } from '../../words/clock.ts'
import { fullTokens, shortTokens } from '../../words/tokens.ts'
import { datesUpTo } from './span.ts'
import type { WhoBy } from './whoAddress.ts'

const DAYS = 14
/** Two pages of the list of hours hold a day of fifteen models. */
const PAGES = ['/api/history?limit=200&offset=0', '/api/history?limit=200&offset=200']

/** The days of one row, and of a model its hours. */
export function RowDetails({ by, id, to }: { by: WhoBy; id: string; to: string }) {
  const dates = datesUpTo(to, DAYS)
  const days = useResources<BreakdownView>(dates.map(date => `/api/breakdown?by=${by}&date=${date}`))
  const bars = days.map(({ value }, at) => {
    const row = value?.rows.find(each => (each.id ?? each.name) === id)
    const parts = [
      { kind: 'free' as const, value: row?.free_tokens ?? 0 },
      { kind: 'billed' as const, value: row?.billed_tokens ?? 0 },
    ]
    return { date: dates[at] ?? '', parts: value ? parts : [], limit: 0, provisional: value?.final === false }
  })
  return (
    <div class="row-details">
      <ColumnChart
        name={cleanLabel(id)}
        summary={`${cleanLabel(id)}: tokens by UTC day`}
        bars={bars}
        unit={shortTokens}
        read={({ date, parts, provisional }) => {
          const [free = 0, billed = 0] = parts.map(({ value }) => value)
          if (parts.length === 0) return `${dayOf(date)}: loading`
          return `${dayOf(date)}: ${fullTokens(free)} free, ${fullTokens(billed)} billed${provisional ? ', may still change' : ''}`
        }}
        label={shortDay}
        chosen={to}
        onChoose={date => go({ date: date === dates.at(-1) && to === date ? null : date, span: 1 }, 'push')}
      />
      {by === 'model' && <Hours model={id} date={to} />}
    </div>
  )
}

function Hours({ model, date }: { model: string; date: string }) {
  const pages = useResources<HistoryPage>(PAGES)
  const hours = pages
    .flatMap(({ value }) => value?.data ?? [])
    .filter(entry => entry.model === model && entry.timestamp.startsWith(date))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1))
  if (hours.length === 0) return null
  const most = Math.max(1, ...hours.map(({ total_tokens }) => total_tokens))
  return (
    <dl class="hours">
      {hours.map(({ id, timestamp, total_tokens }) => (
        <div key={id}>
          <dt>{timestamp.slice(11, 16)} UTC</dt>
          <dd class="share" style={{ '--share': (total_tokens / most).toFixed(3) }}>
            {fullTokens(total_tokens)}
          </dd>
        </div>
      ))}
    </dl>
  )
}
