// What single views ask: a question for each path of the API that is watched.
import type { Answer } from '../link/askServer.ts'
import { type Again, afterFaults, Question, type QuestionWorld, type Resource, UNASKED } from './question.ts'
import type { Readable } from './store.ts'

export interface ResourceWorld extends QuestionWorld {
  ask(path: string): Promise<Answer<unknown>>
}

export class Resources {
  readonly #world: ResourceWorld
  readonly #asked = new Map<string, Question<unknown>>()

  constructor(world: ResourceWorld) {
    this.#world = world
  }

  peek(path: string): Resource<unknown> {
    return this.#asked.get(path)?.resource.get() ?? UNASKED
  }

  /** Asks at once, what is known already stands there meanwhile. The answer is the resource, and how to let go of it. */
  watch(path: string, again: Again = afterFaults): { store: Readable<Resource<unknown>>; release: () => void } {
    const known = this.#asked.get(path)
    const question =
      known ??
      new Question<unknown>(
        this.#world,
        () => this.#world.ask(path),
        (_, answer) => answer,
      )
    this.#asked.set(path, question)
    const isFirst = !question.isHeld
    const release = question.hold(again)
    if (isFirst) void question.ask()
    return { store: question.resource, release }
  }

  /** What is watched, begins with `prefix` and may have moved is asked anew: the server has something else to say. */
  refresh(prefix = '/', moves: (value: unknown) => boolean = () => true): void {
    for (const [path, question] of this.#asked) {
      if (question.isHeld && path.startsWith(prefix) && moves(question.value.get())) void question.ask()
    }
  }

  /** Nothing of what was seen stays when a session ends. */
  forget(): void {
    for (const question of this.#asked.values()) question.forget()
    this.#asked.clear()
  }
}
