import type { BreakdownView, RowHoursView } from '../../../wire.ts'
import { ColumnChart } from '../../charts/ColumnChart.tsx'
import { useResource, useResources } from '../../page/useResource.ts'
import { go } from '../../shell/addressBar.ts'
import { Trouble } from '../../shell/Trouble.tsx'
import { cleanLabel } from '../../words/cleanLabel.ts'
import { dayOf, shortDay } from '../../words/clock.ts'
import { fullTokens, shortTokens } from '../../words/tokens.ts'
import { datesUpTo } from './span.ts'
import type { WhoBy } from './whoAddress.ts'

const DAYS = 14

/** The days of one row, and the hours of the last of them. */
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
  // A row that OpenAI names no id for stands under what that means.
  const isNameless = days.some(({ value }) => value?.rows.some(row => row.id === null && row.name === id))
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
      {by === 'api_key' || by === 'user' ? (
        <p class="muted">OpenAI’s hours are read by model and project; who used them is known of days.</p>
      ) : (
        <Hours by={by} id={isNameless ? '' : id} date={to} />
      )}
    </div>
  )
}

function Hours({ by, id, date }: { by: 'model' | 'project'; id: string; date: string }) {
  const asked = useResource<RowHoursView>(`/api/breakdown/hours?by=${by}&id=${encodeURIComponent(id)}&date=${date}`)
  if (asked.value === null) return <Trouble of={asked} what="The hours" />
  const { hours } = asked.value
  if (hours.length === 0) return <p class="muted">No hour of {dayOf(date)} is known yet.</p>
  const most = Math.max(1, ...hours.map(({ tokens_used }) => tokens_used))
  return (
    <dl class="hours" aria-label={`Hours of ${dayOf(date)}`}>
      {hours.map(({ timestamp, tokens_used }) => (
        <div key={timestamp}>
          <dt>{new Date(timestamp * 1000).toISOString().slice(11, 16)} UTC</dt>
          <dd class="share" style={{ '--share': (tokens_used / most).toFixed(3) }}>
            {fullTokens(tokens_used)}
          </dd>
        </div>
      ))}
    </dl>
  )
}
