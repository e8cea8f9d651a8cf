import { refuse } from './answer.ts'

/**
 * Reads a query string as strictly as the description allows. A list is a repeated key, with or without brackets (the
 * official SDKs send brackets). Unknown names are refused, so that a client's typing error cannot pass unseen.
 */
export class Parameters {
  readonly #values = new Map<string, string[]>()

  constructor(search: URLSearchParams, known: readonly string[]) {
    for (const [key, value] of search) {
      const name = key.replace(/\[\d*\]$/, '')
      if (!known.includes(name)) refuse(name, 'unknown_parameter', `Unknown parameter: '${name}'.`)
      this.#values.set(name, [...(this.#values.get(name) ?? []), value])
    }
  }

  text(name: string): string | undefined {
    const values = this.#values.get(name)
    if (values && values.length > 1) {
      refuse(name, 'invalid_type', `Invalid type for '${name}': expected one value, but got an array instead.`)
    }
    return values?.[0]
  }

  integer(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!/^-?\d{1,15}$/.test(text)) {
      refuse(name, 'invalid_type', `Invalid type for '${name}': expected an integer, but got '${text}' instead.`)
    }
    return Number(text)
  }

  integerBetween(name: string, low: number, high: number): number | undefined {
    const value = this.integer(name)
    if (value === undefined) return undefined
    if (value < low) {
      const rule = `integer below minimum value. Expected a value >= ${low}, but got ${value} instead.`
      refuse(name, 'integer_below_min_value', `Invalid '${name}': ${rule}`)
    }
    if (value > high) {
      const rule = `integer above maximum value. Expected a value <= ${high}, but got ${value} instead.`
      refuse(name, 'integer_above_max_value', `Invalid '${name}': ${rule}`)
    }
    return value
  }

  boolean(name: string): boolean | undefined {
    const text = this.choice(name, ['true', 'false'])
    return text === undefined ? undefined : text === 'true'
  }

  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : oneOf(name, text, allowed)
  }

  list(name: string): string[] {
    return this.#values.get(name) ?? []
  }

  choices<T extends string>(name: string, allowed: readonly T[]): T[] {
    return [...new Set(this.list(name).map(text => oneOf(name, text, allowed)))]
  }

  /** The same question gives the same text, whatever the order of its keys; `page` is not part of the question. */
  canonical(): string {
    const asked = [...this.#values].filter(([name]) => name !== 'page')
    return JSON.stringify(asked.map(([name, values]) => [name, [...values].sort()]).sort())
  }
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find(value => value === text)
  if (found !== undefined) return found
  const list = allowed.map(value => `'${value}'`).join(', ')
  return refuse(name, 'invalid_value', `Invalid value: '${text}'. Supported values are: ${list}.`)
}
