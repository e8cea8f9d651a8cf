import { usePlace } from '../page/PageContext.ts'
import type { TableName } from './address.ts'
import { go } from './addressBar.ts'

export function TableToggle({ name, what }: { name: TableName; what: string }) {
  const { address } = usePlace()
  const on = address.tables.includes(name)
  const tables = on ? address.tables.filter(each => each !== name) : [...address.tables, name]
  return (
    <button
      type="button"
      class="button small"
      aria-label={`${on ? 'Chart' : 'Table'} of ${what}`}
      onClick={() => go({ tables })}
    >
      {on ? 'Chart' : 'Table'}
    </button>
  )
}
