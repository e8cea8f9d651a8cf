import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ModelUsage, Tier } from '../../wire.ts'
import { usePlace, useServerNow, useView } from '../page/PageContext.ts'
import type { SortKey } from '../shell/address.ts'
import { go, linkTo } from '../shell/addressBar.ts'
import { CsvButton } from '../shell/CsvButton.tsx'
import { dayOf, utcDate } from '../words/clock.ts'
import { fullTokens, plural } from '../words/tokens.ts'
import { ModelLine } from './ModelLine.tsx'
import { modelCsv, modelCsvHeader } from './modelCsv.ts'
import { modelRows } from './modelRows.ts'

const WINDOW = 100
const SLICE = 10
const COLUMNS: readonly (readonly [SortKey | null, string])[] = [
  ['model', 'Model'],
  ['tier', 'Tier'],
  ['project', 'Project'],
  ['input', 'Input'],
  ['cached', 'Cached'],
  ['output', 'Output'],
  ['requests', 'Requests'],
  ['billed', 'Free / billed'],
  ['total', 'Total'],
  [null, 'Share of tier'],
]
const TEXT: readonly SortKey[] = ['model', 'tier', 'project']
const NONE: ModelUsage[] = []

export function ModelTable() {
  const { state, address } = useView()
  const models = (address.date === null ? state.usage?.models : state.past?.view?.models) ?? NONE
  const { tier, filter, sort, descending } = address
  const rows = useMemo(
    () => modelRows({ models, tier, filter, sort, descending }),
    [models, tier, filter, sort, descending],
  )
  const made = useSlices(rows.length)
  const shown = address.all ? rows : rows.slice(0, Math.min(made, WINDOW))
  const date = address.date ?? state.usage?.date ?? ''
  return (
    <section class="card models" aria-labelledby="models">
      <header>
        <h2 id="models">
          Models <span class="muted">{address.date === null ? 'today' : dayOf(address.date)}</span>
        </h2>
        {TOOLS}
        <CsvButton what="models" name={`models-${date}`} header={modelCsvHeader} rows={() => modelCsv(rows, date)} />
      </header>
      <Empty count={rows.length} known={models.length} />
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        <section class="scroll" tabIndex={0} aria-label="Models table">
          <table class="cards">
            {HEAD}
            <tbody>
              {shown.map(row => (
                <ModelLine key={row.key} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {rows.length > WINDOW && (
        <p class="more">
          <button type="button" class="button small" onClick={() => go({ all: !address.all })}>
            {address.all ? `Show the first ${WINDOW}` : `Show all ${fullTokens(rows.length)}`}
          </button>
          <span class="muted">{plural(rows.length, 'row')}, unclassified ones first</span>
        </p>
      )}
    </section>
  )
}

/** How many rows there are for now: at first a few more with each turn, so that a phone can answer between them. */
function useSlices(count: number): number {
  const [made, setMade] = useState(0)
  useEffect(() => {
    if (made >= Math.min(count, WINDOW)) return
    const next = setTimeout(() => setMade(made + SLICE))
    return () => clearTimeout(next)
  }, [made, count])
  return made
}

function SortHeader({ name, sortKey }: { name: string; sortKey: SortKey | null }) {
  const { address } = usePlace()
  const numeric = sortKey === null || !TEXT.includes(sortKey)
  if (sortKey === null) {
    return (
      <th scope="col" class="num">
        {name}
      </th>
    )
  }
  const active = address.sort === sortKey
  const order = active ? (address.descending ? 'descending' : 'ascending') : 'none'
  const descending = active ? !address.descending : numeric
  return (
    <th scope="col" class={numeric ? 'num' : ''} aria-sort={order}>
      <button type="button" onClick={() => go({ sort: sortKey, descending })}>
        {name}
        <span class="arrow" aria-hidden="true">
          {active ? (address.descending ? '▼' : '▲') : ''}
        </span>
      </button>
    </th>
  )
}

const TIERS: readonly (readonly [Tier | null, string])[] = [
  [null, 'All'],
  ['premium', 'Premium'],
  ['mini', 'Mini'],
]

function Tools() {
  const { address } = usePlace()
  const now = useServerNow(60)
  return (
    <div class="model-tools">
      <nav class="segments" aria-label="Tier">
        {TIERS.map(([tier, name]) => (
          <a
            key={name}
            href={linkTo({ tier })}
            aria-current={address.tier === tier ? 'true' : undefined}
            onClick={event => {
              event.preventDefault()
              go({ tier }, 'push')
            }}
          >
            {name}
          </a>
        ))}
      </nav>
      <input
        type="search"
        placeholder="Filter"
        aria-label="Filter by model or project"
        value={address.filter}
        onInput={event => go({ filter: event.currentTarget.value })}
      />
      <input
        type="date"
        aria-label="Date of the models (UTC)"
        max={utcDate(now)}
        value={address.date ?? utcDate(now)}
        onChange={event => {
          const date = event.currentTarget.value
          go({ date: date === '' || date === utcDate(now) ? null : date }, 'push')
        }}
      />
      {address.date !== null && (
        <button type="button" class="button small" onClick={() => go({ date: null }, 'push')}>
          Back to today
        </button>
      )}
    </div>
  )
}

function Empty({ count, known }: { count: number; known: number }) {
  const { state, address } = useView()
  if (count > 0) return null
  if (address.date !== null && state.past?.problem)
    return <p class="empty">{state.past.problem.detail || state.past.problem.title}</p>
  if (address.date === null ? state.usage === null : !state.past?.view) return <p class="empty">Loading…</p>
  if (known > 0) {
    return (
      <p class="empty">
        No model matches.{' '}
        <button type="button" class="button small" onClick={() => go({ filter: '', tier: null })}>
          Show all
        </button>
      </p>
    )
  }
  return <p class="empty">{address.date === null ? 'No tokens used yet today.' : 'No tokens used on this date.'}</p>
}

// Elements that are made once: what shows no numbers is not drawn again with each update.
const TOOLS = <Tools />
const HEAD = (
  <thead>
    <tr>
      {COLUMNS.map(([key, name]) => (
        <SortHeader key={name} name={name} sortKey={key} />
      ))}
    </tr>
  </thead>
)
