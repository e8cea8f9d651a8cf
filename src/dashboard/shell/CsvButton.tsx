import { type Cell, csv } from './csv.ts'
import { Icon } from './Icon.tsx'

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

function saveCsv(name: string, header: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const url = URL.createObjectURL(new Blob([csv(header, rows)], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${name}.csv`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
