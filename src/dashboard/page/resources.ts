// One resource per question to the server: its value, whether it is asked, what is wrong with it and since when. A fault
// belongs to its resource and ends with it: whoever watches one sees the value come back by itself.
import type { Problem } from '../../wire.ts'
import type { Answer } from '../link/askServer.ts'
import { type Readable, Store } from './store.ts'

export interface Resource<T> {
  /** The last answer; stays while a later ask fails. Null before the first. */
  value: T | null
  problem: Problem | null
  /** Unix seconds of the first failure in a row; null while none. */
  since: number | null
  loading: boolean
}

export const UNASKED: Resource<never> = { value: null, problem: null, since: null, loading: true }

/** Milliseconds until a watched resource is asked again; null: not by itself. `tries`: answers since it was watched. */
export type Again = (resource: Resource<unknown>, tries: number) => number | null

export interface ResourceWorld {
  ask(path: string): Promise<Answer<unknown>>
  /** Unix seconds. */
  now(): number
  after(ms: number, run: () => void): () => void
  /** True when the answer means that nobody is signed in any more. */
  refused(problem: Problem): boolean
}

interface Held {
  store: Store<Resource<unknown>>
  watchers: number
  tries: number
  turn: number
  again: Again
  cancel: () => void
}

const FIRST_AGAIN_MS = 3_000
const LAST_AGAIN_MS = 60_000

/** Asked again after a failure only, ever more slowly. */
export const afterFaults: Again = ({ problem }, tries) =>
  problem === null ? null : Math.min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** Math.min(tries - 1, 5))

export class Resources {
  readonly #world: ResourceWorld
  readonly #held = new Map<string, Held>()

  constructor(world: ResourceWorld) {
    this.#world = world
  }

  peek(path: string): Resource<unknown> {
    return this.#held.get(path)?.store.get() ?? UNASKED
  }

  /** Asks at once, what is known already stands there meanwhile. The answer is the resource, and how to let go of it. */
  watch(path: string, again: Again = afterFaults): { store: Readable<Resource<unknown>>; release: () => void } {
    const held = this.#held.get(path) ?? {
      store: new Store<Resource<unknown>>(UNASKED),
      watchers: 0,
      tries: 0,
      turn: 0,
      again,
      cancel: () => {},
    }
    this.#held.set(path, held)
    held.again = again
    held.watchers++
    if (held.watchers === 1) {
      held.tries = 0
      void this.#ask(path, held)
    }
    return {
      store: held.store,
      release: () => {
        held.watchers--
        if (held.watchers === 0) held.cancel()
      },
    }
  }

  /** What is watched and begins with `prefix` is asked anew: the server has something else to say. */
  refresh(prefix = '/'): void {
    for (const [path, held] of this.#held) {
      if (held.watchers > 0 && path.startsWith(prefix)) void this.#ask(path, held)
    }
  }

  /** Nothing of what was seen stays when a session ends. */
  forget(): void {
    for (const held of this.#held.values()) {
      held.cancel()
      held.turn++
      held.store.set(UNASKED)
    }
    this.#held.clear()
  }

  async #ask(path: string, held: Held): Promise<void> {
    held.cancel()
    const turn = ++held.turn
    held.store.set({ ...held.store.get(), loading: true })
    const answer = await this.#world.ask(path)
    if (turn !== held.turn || (!answer.ok && this.#world.refused(answer.problem))) return
    held.tries++
    const { value, since } = held.store.get()
    held.store.set(
      answer.ok
        ? { value: answer.value, problem: null, since: null, loading: false }
        : { value, problem: answer.problem, since: since ?? this.#world.now(), loading: false },
    )
    const wait = held.watchers === 0 ? null : held.again(held.store.get(), held.tries)
    if (wait !== null) held.cancel = this.#world.after(wait, () => void this.#ask(path, held))
  }
}
