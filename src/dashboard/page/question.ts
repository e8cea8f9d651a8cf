// One question to the server: its value, whether it is asked, what is wrong with it and since when. A fault belongs to its
// question and ends with it: whoever watches sees the value come back by itself.
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

/** Milliseconds until a question that is held is asked again; null: not by itself. `tries`: answers since it was held. */
export type Again = (resource: Resource<unknown>, tries: number) => number | null

export interface QuestionWorld {
  /** Unix seconds. */
  now(): number
  after(ms: number, run: () => void): () => void
  /** Nobody looks: what would be asked again waits. */
  quiet(): boolean
  /** True when the answer means that nobody is signed in any more. */
  refused(problem: Problem): boolean
}

const FIRST_AGAIN_MS = 3_000
const LAST_AGAIN_MS = 60_000

/** Asked again after a failure only, ever more slowly. */
export const afterFaults: Again = ({ problem }, tries) =>
  problem === null ? null : Math.min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** Math.min(tries - 1, 5))

/** `A`: what the server answers, `T`: what is kept of it. */
export class Question<T, A = T> {
  readonly #world: QuestionWorld
  readonly #send: () => Promise<Answer<A>>
  readonly #fold: (held: T | null, answer: A) => T
  readonly #store = new Store<Resource<T>>(UNASKED)
  #holders = 0
  #tries = 0
  #turn = 0
  #again: Again = afterFaults
  #cancel = () => {}

  constructor(world: QuestionWorld, send: () => Promise<Answer<A>>, fold: (held: T | null, answer: A) => T) {
    this.#world = world
    this.#send = send
    this.#fold = fold
  }

  get resource(): Readable<Resource<T>> {
    return this.#store
  }

  /** The last answer alone: whoever reads it is not drawn again when it is only asked again. */
  readonly value: Readable<T | null> = {
    get: () => this.#store.get().value,
    subscribe: run => this.#store.subscribe(run),
  }

  get isHeld(): boolean {
    return this.#holders > 0
  }

  /** Until the answer is called, a failure is followed by another try. */
  hold(again: Again = afterFaults): () => void {
    this.#again = again
    if (this.#holders === 0) this.#tries = 0
    this.#holders++
    return () => {
      this.#holders--
      if (this.#holders === 0) this.#cancel()
    }
  }

  /** Done when the answer is there. What was asked before and is not answered yet no longer counts. */
  async ask(): Promise<void> {
    this.#cancel()
    const turn = ++this.#turn
    this.#store.set({ ...this.#store.get(), loading: true })
    const answer = await this.#send()
    if (turn !== this.#turn || (!answer.ok && this.#world.refused(answer.problem))) return
    this.#tries++
    const { value, since } = this.#store.get()
    this.#store.set(
      answer.ok
        ? { value: this.#fold(value, answer.value), problem: null, since: null, loading: false }
        : { value, problem: answer.problem, since: since ?? this.#world.now(), loading: false },
    )
    const wait = this.isHeld ? this.#again(this.#store.get(), this.#tries) : null
    if (wait !== null) this.#askAfter(wait)
  }

  /** The server said it unasked: whatever is still being asked is older. */
  put(answer: A): void {
    this.#cancel()
    this.#turn++
    this.#store.set({ value: this.#fold(this.value.get(), answer), problem: null, since: null, loading: false })
  }

  /** The value moves with something else that is known; what is wrong stays wrong. */
  amend(change: (held: T | null) => T): void {
    const held = this.#store.get()
    const value = change(held.value)
    if (value !== held.value) this.#store.set({ ...held, value })
  }

  /** Nothing of what was seen stays when a session ends. */
  forget(): void {
    this.#cancel()
    this.#turn++
    this.#store.set(UNASKED)
  }

  #askAfter(ms: number): void {
    this.#cancel = this.#world.after(ms, () => (this.#world.quiet() ? this.#askAfter(ms) : void this.ask()))
  }
}
