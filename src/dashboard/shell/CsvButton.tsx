import type { Cell } from './csv.ts'
import { Icon } from './Icon.tsx'
import { saveCsv } from './saveCsv.ts'

interface Props {
  what: string
  name: string
  header: readonly string[]
  rows: () => readonly (readonly Cell[])[]
}

export function CsvButton({ what, name, header, rows }: Props) {
  return (
    <button
      type="button"
      class="button small"
      aria-label={`Save ${what} as CSV`}
      onClick={() => saveCsv(name, header, rows())}
    >
      <Icon name="download" /> CSV
    </button>
  )
}
