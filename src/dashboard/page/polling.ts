import type { PollView, Problem } from '../../wire.ts'
import { post } from '../link/askServer.ts'
import { type Readable, Store } from './store.ts'

export type PollOutcome =
  | { kind: 'idle' }
  | { kind: 'busy' }
  | { kind: 'done'; at: number; view: PollView }
  | { kind: 'failed'; at: number; problem: Problem; retryAfter: number | null }

interface Told {
  /** True when the answer means that nobody is signed in any more. */
  refused(problem: Problem): boolean
  /** It is over, however it went. */
  done(): void
}

/** "Poll now": how the last one went that was asked for here. Times are this machine's, in Unix seconds. */
export class Polling {
  readonly #outcome = new Store<PollOutcome>({ kind: 'idle' })
  readonly #told: Told

  constructor(told: Told) {
    this.#told = told
  }

  get outcome(): Readable<PollOutcome> {
    return this.#outcome
  }

  async pollNow(): Promise<void> {
    if (this.#outcome.get().kind === 'busy') return
    this.#outcome.set({ kind: 'busy' })
    const answer = await post<PollView>('/api/poll', {})
    // Who asked has left meanwhile.
    if (this.#outcome.get().kind !== 'busy') return
    const at = Date.now() / 1000
    if (answer.ok) this.#outcome.set({ kind: 'done', at, view: answer.value })
    else if (this.#told.refused(answer.problem)) return this.forget()
    else this.#outcome.set({ kind: 'failed', at, problem: answer.problem, retryAfter: answer.retryAfter })
    this.#told.done()
  }

  forget(): void {
    this.#outcome.set({ kind: 'idle' })
  }
}
