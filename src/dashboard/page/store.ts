import { useEffect, useState } from 'preact/hooks'

export interface Readable<T> {
  get(): T
  subscribe(run: () => void): () => void
}

export class Store<T> implements Readable<T> {
  #value: T
  readonly #runs = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const run of this.#runs) run()
  }

  subscribe(run: () => void): () => void {
    this.#runs.add(run)
    return () => this.#runs.delete(run)
  }
}

export function useStore<T>(store: Readable<T>): T {
  const [value, setValue] = useState(store.get())
  useEffect(() => {
    const read = () => setValue(() => store.get())
    read()
    return store.subscribe(read)
  }, [store])
  return value
}
