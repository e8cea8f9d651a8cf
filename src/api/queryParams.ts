import { isDate } from '../usage/utcDay.ts'
import { badRequest, Refusal } from './refusal.ts'
import { shown } from './shown.ts'

// Query parameters in, checked values out. A parameter given twice is refused: which of the two was meant is not ours
// to guess. Parameters that the route does not know are left alone (cache busters, trackers).

/** Null: not given. */
export function only(params: URLSearchParams, name: string): string | null | Refusal {
  const values = params.getAll(name)
  return values.length > 1
    ? badRequest(`${name} is given ${values.length} times, but must be given once.`)
    : (values[0] ?? null)
}

export interface Bounds {
  min: number
  max: number
  fallback: number
  /** What becomes of a larger number; refused unless this says that it is taken as `max`. */
  above?: 'taken as max'
  /** Added to the refusal: what else the caller could do. */
  hint?: string
}

export function wholeNumber(params: URLSearchParams, name: string, bounds: Bounds): number | Refusal {
  const value = only(params, name)
  if (value === null) return bounds.fallback
  if (value instanceof Refusal) return value
  const given = /^\d+$/.test(value) ? Number(value) : Number.NaN
  const number = bounds.above === 'taken as max' ? Math.min(given, bounds.max) : given
  if (number >= bounds.min && number <= bounds.max) return number
  const hint = bounds.hint === undefined ? '' : ` ${bounds.hint}`
  return badRequest(
    `${name} is ${shown(value)}, but must be a whole number from ${bounds.min} to ${bounds.max}.${hint}`,
  )
}

export function utcDate(params: URLSearchParams, name: string, fallback: string): string | Refusal {
  const value = only(params, name)
  if (value === null) return fallback
  if (value instanceof Refusal || isDate(value)) return value
  return badRequest(`${name} is ${shown(value)}, but must be a UTC calendar date like ${fallback}.`)
}

export function oneOf<T extends string>(
  params: URLSearchParams,
  name: string,
  choices: readonly T[],
): T | null | Refusal {
  const value = only(params, name)
  if (value === null || value instanceof Refusal) return value
  return (
    choices.find(choice => choice === value) ??
    badRequest(`${name} is ${shown(value)}, but must be one of ${choices.join(', ')}.`)
  )
}
