import type { ComponentType } from 'preact'

/** A part of the address: how it is read, anything not understood as if it were not there, and written, defaults left out. */
export interface AddressPart<T extends object> {
  home: T
  read(query: URLSearchParams): T
  write(values: T, query: URLSearchParams): void
}

/** What a view declares of itself. Its code is loaded when it is looked at. */
export interface ViewDeclaration<Path extends string = string> {
  /** `?view=` in the address. */
  path: Path
  /** In the navigation. */
  name: string
  /** The key that leads to it. */
  key: string
  /** What it answers, for the help and the link's title. */
  answers: string
  load: () => Promise<ComponentType>
}

/** The one of a few words that the query has, else what holds instead. */
export function oneOf<T extends string, E>(
  query: URLSearchParams,
  name: string,
  allowed: readonly T[],
  otherwise: E,
): T | E {
  return allowed.find(value => value === query.get(name)) ?? otherwise
}
