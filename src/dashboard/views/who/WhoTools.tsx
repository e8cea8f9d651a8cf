import { useEffect, useRef } from 'preact/hooks'
import { usePlace, useServerNow } from '../../page/PageContext.ts'
import { go } from '../../shell/addressBar.ts'
import { filterAsked } from '../../shell/help.ts'
import { FilterChip } from '../../shell/ViewLink.tsx'
import { utcDate } from '../../words/clock.ts'
import type { WhoBy } from './whoAddress.ts'

export const BY_NAMES: Record<WhoBy, string> = {
  model: 'Models',
  project: 'Projects',
  api_key: 'Keys',
  user: 'Users',
}
const SPANS = [
  [1, 'One day'],
  [7, '7 days'],
  [30, '30 days'],
] as const

/** Whose use, of which days, and which part of it: each stands in the address. */
export function WhoTools({ projectName }: { projectName: string | null }) {
  const { address } = usePlace()
  const now = useServerNow(60)
  const today = utcDate(now)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (filterAsked.get()) field.current?.focus()
    filterAsked.set(false)
  }, [])
  const { by, span, tier, only, project } = address
  return (
    <div class="who-tools">
      <nav class="filters" aria-label="Who">
        {(Object.keys(BY_NAMES) as WhoBy[]).map(each => (
          <FilterChip key={each} on={by === each} patch={{ by: each, open: null }}>
            {BY_NAMES[each]}
          </FilterChip>
        ))}
      </nav>
      <nav class="filters" aria-label="Days">
        {SPANS.map(([days, name]) => (
          <FilterChip key={days} on={span === days} patch={{ span: days }}>
            {name}
          </FilterChip>
        ))}
      </nav>
      <nav class="filters" aria-label="Filters">
        {(['premium', 'mini'] as const).map(each => (
          <FilterChip key={each} on={tier === each} patch={{ tier: tier === each ? null : each }}>
            {each}
          </FilterChip>
        ))}
        <FilterChip on={only === 'billed'} patch={{ only: only === 'billed' ? null : 'billed' }}>
          billed
        </FilterChip>
        {by === 'model' && span === 1 && (
          <FilterChip on={only === 'unclassified'} patch={{ only: only === 'unclassified' ? null : 'unclassified' }}>
            unclassified
          </FilterChip>
        )}
        {project !== null && by === 'model' && span === 1 && (
          <FilterChip on={true} patch={{ project: null }}>
            project {projectName ?? project} ✕
          </FilterChip>
        )}
      </nav>
      <input
        ref={field}
        type="search"
        placeholder="Filter"
        aria-label="Filter by model or project"
        value={address.filter}
        onInput={event => go({ filter: event.currentTarget.value })}
      />
      <input
        type="date"
        aria-label="Date (UTC)"
        max={today}
        value={address.date ?? today}
        onChange={event => {
          const date = event.currentTarget.value
          go({ date: date === '' || date === today ? null : date }, 'push')
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
