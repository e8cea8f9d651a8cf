/** Text is foreign until it is proved to be a number: `Exact` is one that JavaScript would round. */
export type Cell = string | number | boolean | null | undefined | Exact

/** Digits that are written as they stand, without being taken for text. */
export class Exact {
  readonly digits: string

  constructor(digits: string) {
    if (!/^-?\d+(\.\d+)?$/.test(digits)) throw new RangeError(`not a plain number: ${JSON.stringify(digits)}`)
    this.digits = digits
  }
}

/** Without it, Excel reads UTF-8 as the code page of its country, and garbles every name that is not plain English. */
export const BYTE_ORDER_MARK = '\uFEFF'

// A spreadsheet runs text that begins like a formula, also behind spaces and in full-width signs (OWASP, CSV injection).
const FORMULA = /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n\0]/

/** RFC 4180: a header, CRLF behind each line, quotes doubled. Numbers stay numbers, negative ones too. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: Cell): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Exact) return value.digits
  if (typeof value !== 'string') return String(value)
  const safe = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
