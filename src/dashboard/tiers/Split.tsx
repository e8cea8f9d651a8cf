import { fullTokens } from '../words/tokens.ts'
import type { TierView } from './useTier.ts'

type Count = 'free_tokens' | 'billed_tokens' | 'requests' | 'input_tokens' | 'cached_tokens' | 'output_tokens'
type Part = readonly [string, Count, string]

export const PAID: readonly Part[] = [
  ['Free', 'free_tokens', 'Covered by the data-sharing programme'],
  ['Billed', 'billed_tokens', 'Paid for'],
  ['Requests', 'requests', 'Calls to the API'],
]
export const KINDS: readonly Part[] = [
  ['Input', 'input_tokens', 'Prompt tokens, the cached ones among them'],
  ['Cached', 'cached_tokens', 'Part of the input; never added to a total'],
  ['Output', 'output_tokens', 'Completion tokens'],
]

export function Split({ view, parts }: { view: TierView; parts: readonly Part[] }) {
  return (
    <dl class="split">
      {parts.map(([name, field, title]) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd>{view.unread ? '–' : fullTokens(view.usage[field])}</dd>
        </div>
      ))}
    </dl>
  )
}
