import type { ConfigProblem } from '../wire.ts'
import { shownValue } from './shownValue.ts'
import { withoutQuotes } from './withoutQuotes.ts'

/** One variable with everything that is known about it. */
export interface Variable<Name extends string, T> {
  name: Name
  /** Null: the value is bad, and the default holds. */
  parse: (value: string) => T | null
  fallback: T
  /** Completes "but must be". */
  wanted: string
}

/**
 * The variables as text, and what is found wrong (problems: the value is not used) or odd (hints: it is used) on the
 * way. No message repeats the value of a secret.
 */
export class VarReader<Name extends string> {
  readonly problems: ConfigProblem[] = []
  readonly hints: ConfigProblem[] = []
  readonly #vars: Readonly<Partial<Record<Name, unknown>>>

  constructor(vars: Readonly<Partial<Record<Name, unknown>>>) {
    this.#vars = vars
  }

  /** Null: not set, or blank. */
  text(name: Name): string | null {
    const text = textOf(this.#vars[name]).trim()
    return text === '' ? null : text
  }

  /** As `text`; quotes around the value, which no shell or file took off, go and leave a hint. */
  unquoted(name: Name): string | null {
    const text = this.text(name)
    if (text === null) return null
    const bare = withoutQuotes(text)
    if (bare !== text) this.hint(name, `${name} stands in quotes, which are left out; set it without them.`)
    return bare === '' ? null : bare
  }

  list(name: Name): string[] {
    return (this.text(name) ?? '').split(/[\s,]+/).filter(part => part !== '')
  }

  /** The parsed value; or the default, with a problem where the value is bad. */
  read<T>({ name, parse, fallback, wanted }: Variable<Name, T>, value = this.text(name)): T {
    if (value === null) return fallback
    const parsed = parse(value)
    if (parsed !== null) return parsed
    this.problem(
      name,
      `${name} is ${shownValue(value)}, but must be ${wanted}; using the default ${shownDefault(fallback)}.`,
    )
    return fallback
  }

  /** True where the platform binds something under this name: what has methods, and no text. */
  isBound(name: string): boolean {
    const bound = (this.#vars as Record<string, unknown>)[name] ?? ''
    return typeof bound === 'object' || typeof bound === 'function'
  }

  problem(name: Name, message: string): void {
    this.problems.push({ name, message })
  }

  hint(name: Name, message: string): void {
    this.hints.push({ name, message })
  }
}

/** TOML gives numbers, booleans, lists and tables too: a list becomes the comma list that the text would have been. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  try {
    if (Array.isArray(value)) return value.map(textOf).join(',')
    return String(typeof value === 'object' ? JSON.stringify(value) : value)
  } catch {
    // Not from JSON or TOML. It is something, so it is not taken as not set.
    return '[object]'
  }
}

function shownDefault(value: unknown): string {
  if (value === null) return '(none)'
  if (value instanceof Map) return '(none)'
  return Array.isArray(value) ? value.join(',') : String(value)
}
