import { Component } from 'preact'
import { Icon } from '../shell/Icon.tsx'
import { fullTokens, percent } from '../words/tokens.ts'
import type { ModelRow } from './modelRows.ts'
import { sameRow } from './sameRow.ts'

/** A project's id is shorter. */
const SHORT = 30

/**
 * Drawn once; after that only the numbers that moved are written. A busy organisation's rows all move with every update, and
 * to compare their elements takes longer than to write their texts. So the words stay what they were made as: whoever lists
 * rows gives each the key of `modelRows`.
 */
export class ModelLine extends Component<{ row: ModelRow }> {
  readonly #cells: (HTMLElement | null)[] = []

  override shouldComponentUpdate({ row }: { row: ModelRow }): boolean {
    if (!sameRow(row, this.props.row)) this.#write(row)
    return false
  }

  #write(row: ModelRow): void {
    numbers(row).forEach((text, at) => {
      const shown = this.#cells[at]?.firstChild
      if (shown && shown.nodeValue !== text) shown.nodeValue = text
    })
    this.#cells.at(-1)?.style.setProperty('--share', barShare(row))
  }

  override render() {
    const { row } = this.props
    const { usage, label, project, projectId } = row
    const [input, cached, output, requests, total, share] = numbers(row).map((text, at) => ({
      children: text,
      ref: (cell: HTMLElement | null) => {
        this.#cells[at] = cell
      },
    }))
    return (
      <tr class={usage.unclassified ? 'unclassified' : ''}>
        <th scope="row" class="text">
          <Name name={label} />
          {usage.unclassified && (
            <span class="tag" title="Not in the catalogue: counted as premium, the safer side">
              <Icon name="warn" /> unclassified
            </span>
          )}
        </th>
        <td data-label="Tier" class="wordy">
          <span class={`tier-tag ${usage.tier}`}>{usage.tier}</span>
        </td>
        <td data-label="Project" class="text">
          {project === '' ? <span class="muted">–</span> : <Name name={project} id={projectId} />}
        </td>
        <td data-label="Input" class="num" {...input} />
        <td data-label="Cached" class="num" {...cached} />
        <td data-label="Output" class="num" {...output} />
        <td data-label="Requests" class="num wordy" {...requests} />
        <td data-label="Paid" class="num wordy" title={usage.service_tier ?? ''}>
          {usage.free ? 'free' : 'billed'}
        </td>
        <td data-label="Total" class="num" {...total} />
        <td data-label="Of tier" class="num wordy share" style={{ '--share': barShare(row) }} {...share} />
      </tr>
    )
  }
}

/** Cut only where it must be: a hundred boxes with edges of their own cost each update a millisecond. */
function Name({ name, id = '' }: { name: string; id?: string }) {
  return (
    <bdi class={name.length > SHORT ? 'cut' : ''} title={id === '' ? name : `${name} (${id})`}>
      {name}
    </bdi>
  )
}

/** The row's texts that move, from left to right, the share at the end. */
function numbers({ usage, share }: ModelRow): string[] {
  const { input_tokens, cached_tokens, output_tokens, requests, total_tokens } = usage
  return [...[input_tokens, cached_tokens, output_tokens, requests, total_tokens].map(fullTokens), percent(share)]
}

function barShare({ share }: ModelRow): string {
  return share.toFixed(3)
}
