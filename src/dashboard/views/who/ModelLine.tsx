import { Component, type ComponentType, h } from 'preact'
import { usePlace } from '../../page/PageContext.ts'
import { go } from '../../shell/addressBar.ts'
import { Icon } from '../../shell/Icon.tsx'
import { fullTokens, percent, shortTokens } from '../../words/tokens.ts'
import { type ModelGroup, type ModelRow, sameRow } from './modelRows.ts'

/** A project's id is shorter. */
const SHORT = 30

interface Props {
  row: ModelRow
}

/** A thousand of them, of which most stand still. */
export const ModelLine = memo<Props>(Line, (a, b) => sameRow(a.row, b.row))

function Line({ row }: Props) {
  const { usage, label, project, projectId } = row
  return (
    <tr class={usage.unclassified ? 'unclassified' : ''}>
      <th scope="row" class="text">
        <Opener id={usage.model} label={label} />
        {usage.unclassified && <Unclassified />}
      </th>
      <td data-label="Tier" class="wordy">
        <span class={`tier-tag ${usage.tier}`}>{usage.tier}</span>
      </td>
      <td data-label="Project" class="text">
        {project === '' ? (
          <span class="muted">–</span>
        ) : (
          <Project name={project} id={projectId} of={usage.project_id} />
        )}
      </td>
      <Numbers row={row} paid={usage.free ? 'free' : 'billed'} title={usage.service_tier ?? ''} />
    </tr>
  )
}

/** A model's sum, above its rows. */
export function GroupLine({ group }: { group: ModelGroup }) {
  const { sum, free, billed, rows } = group
  const paid = billed === 0 ? 'free' : free === 0 ? 'billed' : `${shortTokens(billed)} billed`
  return (
    <tr class={`group${sum.usage.unclassified ? ' unclassified' : ''}`}>
      <th scope="row" class="text">
        <Opener id={sum.usage.model} label={sum.label} />
        {sum.usage.unclassified && <Unclassified />}
      </th>
      <td data-label="Tier" class="wordy">
        <span class={`tier-tag ${sum.usage.tier}`}>{sum.usage.tier}</span>
      </td>
      <td data-label="Project" class="text muted">
        {rows.length} rows
      </td>
      <Numbers row={sum} paid={paid} title="" />
    </tr>
  )
}

/** What is shown, summed up; it stays in sight. */
export function TotalLine({ rows }: { rows: readonly ModelRow[] }) {
  const total = (pick: (row: ModelRow) => number) => rows.reduce((sum, row) => sum + pick(row), 0)
  const billed = total(({ usage }) => (usage.free ? 0 : usage.total_tokens))
  const all = total(({ usage }) => usage.total_tokens)
  return (
    <tfoot>
      <tr>
        <th scope="row" class="text">
          Total
        </th>
        <td class="wordy" />
        <td class="text" />
        <td data-label="Input" class="num">
          {fullTokens(total(({ usage }) => usage.input_tokens))}
        </td>
        <td data-label="Cached" class="num">
          {fullTokens(total(({ usage }) => usage.cached_tokens))}
        </td>
        <td data-label="Output" class="num">
          {fullTokens(total(({ usage }) => usage.output_tokens))}
        </td>
        <td data-label="Requests" class="num wordy">
          {fullTokens(total(({ usage }) => usage.requests))}
        </td>
        <td data-label="Paid" class="num wordy">
          {shortTokens(billed)} billed
        </td>
        <td data-label="Total" class="num">
          {fullTokens(all)}
        </td>
        <td class="num wordy" />
      </tr>
    </tfoot>
  )
}

function Numbers({ row, paid, title }: { row: ModelRow; paid: string; title: string }) {
  const { usage, share } = row
  return (
    <>
      <td data-label="Input" class="num">
        {fullTokens(usage.input_tokens)}
      </td>
      <td data-label="Cached" class="num">
        {fullTokens(usage.cached_tokens)}
      </td>
      <td data-label="Output" class="num">
        {fullTokens(usage.output_tokens)}
      </td>
      <td data-label="Requests" class="num wordy">
        {fullTokens(usage.requests)}
      </td>
      <td data-label="Paid" class="num wordy" title={title}>
        {paid}
      </td>
      <td data-label="Total" class="num">
        {fullTokens(usage.total_tokens)}
      </td>
      <td data-label="Of tier" class="num wordy share" style={{ '--share': share.toFixed(3) }}>
        {percent(share)}
      </td>
    </>
  )
}

/** One click down: to the days and hours of a row. */
export function Opener({ id, label, shownId = '' }: { id: string; label: string; shownId?: string }) {
  const { address } = usePlace()
  const isOpen = address.open === id
  return (
    <button
      type="button"
      class="opener"
      aria-expanded={isOpen}
      title={`${shownId === '' ? label : `${label} (${shownId})`}: days and hours`}
      onClick={() => go({ open: isOpen ? null : id }, 'push')}
    >
      <bdi class={label.length > SHORT ? 'cut' : ''}>{label}</bdi>
    </button>
  )
}

function Project({ name, id, of }: { name: string; id: string; of: string | null }) {
  return (
    <button type="button" class="opener" title="Only this project" onClick={() => go({ project: of }, 'push')}>
      <bdi class={name.length > SHORT ? 'cut' : ''} title={id === '' ? name : `${name} (${id})`}>
        {name}
      </bdi>
    </button>
  )
}

function Unclassified() {
  return (
    <span class="tag" title="Not in the catalogue: counted as premium, the safer side">
      <Icon name="warn" /> unclassified
    </span>
  )
}

/** A component that is drawn again only when its properties differ in `same`'s eyes: for long lists of rows that mostly stand still. */
function memo<P extends object>(part: ComponentType<P>, same: (a: P, b: P) => boolean): ComponentType<P> {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return !same(this.props, next)
    }

    override render() {
      return h(part, this.props)
    }
  }
}
