export type Cell = string | number | boolean | null

// RFC 4180: CRLF, a header, quotes doubled. A spreadsheet runs text that starts like a formula, and model names come
// from outside: such text gets a leading apostrophe. Numbers stay numbers.
const FORMULA = /^[=+\-@\t\r\n\0]/

/** Without it, Excel reads UTF-8 as the code page of its country, and garbles every name that is not plain English. */
const BYTE_ORDER_MARK = '\uFEFF'

/** The text of a file: a byte order mark, the header, the rows. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return BYTE_ORDER_MARK + [header, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value.trimStart()) || FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
