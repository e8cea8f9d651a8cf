import { Component } from 'preact'
import { Icon } from '../shell/Icon.tsx'
import { fullTokens, percent } from '../words/tokens.ts'
import type { ModelRow } from './modelRows.ts'
import { sameRow } from './sameRow.ts'

/** Drawn again only when one of its numbers moved: a thousand rows stay cheap. */
export class ModelLine extends Component<{ row: ModelRow }> {
  override shouldComponentUpdate({ row }: { row: ModelRow }): boolean {
    return !sameRow(row, this.props.row)
  }

  override render() {
    const { usage, label, project, share } = this.props.row
    return (
      <tr class={usage.unclassified ? 'unclassified' : ''}>
        <th scope="row" class="text">
          <bdi title={label}>{label}</bdi>
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
          {project === '' ? <span class="muted">–</span> : <bdi title={project}>{project}</bdi>}
        </td>
        <Num name="Input" value={usage.input_tokens} />
        <Num name="Cached" value={usage.cached_tokens} />
        <Num name="Output" value={usage.output_tokens} />
        <Num name="Requests" value={usage.requests} wordy />
        <td data-label="Paid" class="num wordy" title={usage.service_tier ?? ''}>
          {usage.free ? 'free' : 'billed'}
        </td>
        <Num name="Total" value={usage.total_tokens} />
        <td data-label="Of tier" class="num wordy">
          <span class="share-bar" aria-hidden="true">
            <i style={{ width: `${(share * 100).toFixed(1)}%` }} />
          </span>
          <span class="share-value">{percent(share)}</span>
        </td>
      </tr>
    )
  }
}

function Num({ name, value, wordy = false }: { name: string; value: number; wordy?: boolean }) {
  return (
    <td data-label={name} class={wordy ? 'num wordy' : 'num'}>
      {fullTokens(value)}
    </td>
  )
}
