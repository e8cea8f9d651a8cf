import type { ComponentChildren } from 'preact'

export interface Column<Row> {
  name: string
  num?: boolean
  cell: (row: Row) => ComponentChildren
  /** In the line under the rows, which stays in sight. */
  total?: ComponentChildren
}

interface Props<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** What stands under a row, over the whole width. */
  under?: (row: Row) => ComponentChildren
  classOf?: (row: Row) => string
}

/** Columns that a phone has room for. */
const FEW = 3

/** A table in a region that scrolls, by keyboard too; on a phone each row of more than a few cells is a card, its cells with their names. */
export function DataTable<Row>({ label, columns, rows, keyOf, under, classOf }: Props<Row>) {
  const [first, ...rest] = columns
  if (!first) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section class="scroll" tabIndex={0} aria-label={label}>
      <table class={columns.length > FEW ? 'cards' : 'few'}>
        <thead>
          <tr>
            {columns.map(({ name, num }) => (
              <th key={name} scope="col" class={num ? 'num' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => [
            <tr key={keyOf(row)} class={classOf?.(row) ?? ''}>
              <th scope="row" class="text">
                {first.cell(row)}
              </th>
              {rest.map(({ name, num, cell }) => (
                <td key={name} data-label={name} class={num ? 'num' : 'wordy'}>
                  {cell(row)}
                </td>
              ))}
            </tr>,
            under?.(row) && (
              <tr key={`${keyOf(row)} under`} class="under">
                <td colSpan={columns.length} class="text">
                  {under(row)}
                </td>
              </tr>
            ),
          ])}
        </tbody>
        {columns.some(({ total }) => total !== undefined) && (
          <tfoot>
            <tr>
              <th scope="row" class="text">
                {first.total}
              </th>
              {rest.map(({ name, num, total }) => (
                <td key={name} data-label={name} class={num ? 'num' : 'wordy'}>
                  {total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  )
}
