import { useMemo } from 'preact/hooks'
import type { ModelsView, ModelUsage } from '../../../wire.ts'
import { usePlace, useServerNow, useUsage } from '../../page/PageContext.ts'
import { type Resource, UNASKED } from '../../page/question.ts'
import { useResource } from '../../page/useResource.ts'
import { go } from '../../shell/addressBar.ts'
import { CsvLink } from '../../shell/CsvLink.tsx'
import { Panel } from '../../shell/Panel.tsx'
import { Trouble } from '../../shell/Trouble.tsx'
import { dayOf, utcDate } from '../../words/clock.ts'
import { fullTokens, plural } from '../../words/tokens.ts'
import { GroupLine, ModelLine, TotalLine } from './ModelLine.tsx'
import { groupRows, modelRows } from './modelRows.ts'
import { RowDetails } from './RowDetails.tsx'
import { WhoTools } from './WhoTools.tsx'
import type { SortKey } from './whoAddress.ts'

const WINDOW = 100
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

/** The models of a day, each with its projects; today's move with every poll. */
export function ModelTable() {
  const { address } = usePlace()
  const usage = useUsage()
  const now = useServerNow(60)
  const isAhead = address.date !== null && address.date > utcDate(now)
  const past = useResource<ModelsView>(address.date === null || isAhead ? null : `/api/models?date=${address.date}`)
  const models = (address.date === null ? usage?.models : past.value?.models) ?? NONE
  const { tier, filter, sort, descending, only, project, open } = address
  const rows = useMemo(
    () => modelRows({ models, tier, only, projectId: project, filter, sort, descending }),
    [models, tier, only, project, filter, sort, descending],
  )
  const groups = useMemo(() => groupRows(rows, sort, descending), [rows, sort, descending])
  const lines = groups.flatMap(group =>
    group.rows.length === 1
      ? [{ group: null, row: group.sum }]
      : [{ group, row: null }, ...group.rows.map(row => ({ group: null, row }))],
  )
  const shown = address.all ? lines : lines.slice(0, WINDOW)
  const date = address.date ?? usage?.date ?? ''
  const named = models.find(each => each.project_id === project)
  return (
    <Panel
      id="models"
      class="models who"
      title={
        <>
          Models <span class="muted">{address.date === null ? 'today' : dayOf(address.date)}</span>
        </>
      }
      tools={
        <CsvLink what="models" path={address.date === null ? '/api/models' : `/api/models?date=${address.date}`} />
      }
    >
      <WhoTools projectName={named?.project_name ?? null} />
      <Empty
        count={rows.length}
        known={models.length}
        isAhead={isAhead}
        past={address.date === null ? UNASKED : past}
      />
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
        <section class="scroll" tabIndex={0} aria-label="Models table">
          <table class="cards">
            <thead>
              <tr>
                {COLUMNS.map(([key, name]) => (
                  <SortHeader key={name} name={name} sortKey={key} />
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ group, row }) =>
                group ? (
                  <GroupLine key={group.sum.key} group={group} />
                ) : (
                  row && <ModelLine key={row.key.replace('group ', '')} row={row} />
                ),
              )}
            </tbody>
            <TotalLine rows={rows} />
          </table>
        </section>
      )}
      {lines.length > WINDOW && (
        <p class="more">
          <button type="button" class="button small" onClick={() => go({ all: !address.all })}>
            {address.all ? `Show the first ${WINDOW}` : `Show all ${fullTokens(lines.length)}`}
          </button>
          <span class="muted">{plural(lines.length, 'row')}, unclassified ones first</span>
        </p>
      )}
      {open !== null && date !== '' && <RowDetails by="model" id={open} to={date} />}
    </Panel>
  )
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

interface EmptyProps {
  count: number
  known: number
  isAhead: boolean
  past: Resource<ModelsView>
}

function Empty({ count, known, isAhead, past }: EmptyProps) {
  const { address } = usePlace()
  const usage = useUsage()
  if (isAhead) return <p class="empty">This date has not begun yet.</p>
  if (past.problem) return <Trouble of={past} what="The models of this date" />
  if (count > 0) return null
  if (address.date === null ? usage === null : !past.value) return <p class="empty">Loading…</p>
  if (known > 0) {
    return (
      <p class="empty">
        No model matches.{' '}
        <button
          type="button"
          class="button small"
          onClick={() => go({ filter: '', tier: null, only: null, project: null })}
        >
          Show all
        </button>
      </p>
    )
  }
  if (address.date === null && usage?.last_updated === null) return <p class="empty">Nothing has been read yet.</p>
  return <p class="empty">{address.date === null ? 'No tokens used yet today.' : 'No tokens used on this date.'}</p>
}
