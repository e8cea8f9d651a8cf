// The parts of the page and what each of them tells the others. Components read the parts and call their verbs.
import { ask } from '../link/askServer.ts'
import { announcer } from './announce.ts'
import { browserWorld } from './browserWorld.ts'
import { Facts } from './facts.ts'
import { Live } from './live.ts'
import { Polling } from './polling.ts'
import type { QuestionWorld } from './question.ts'
import { Resources } from './resources.ts'
import { Session } from './session.ts'
import { createTicker } from './ticker.ts'

export class Page {
  readonly ticker = createTicker(() => this.#wake())
  readonly session = new Session({
    enter: () => {
      this.live.connect()
      void this.facts.present()
    },
    leave: () => {
      for (const part of [this.live, this.facts, this.resources, this.polling]) part.forget()
    },
  })
  readonly #world: QuestionWorld = {
    now: () => Date.now() / 1000,
    after: browserWorld.after,
    quiet: () => document.hidden || this.live.paused.get() || !this.session.isIn,
    refused: problem => this.session.refused(problem),
  }
  readonly live = new Live({
    frame: frame => {
      this.facts.take(frame)
      if (frame.type === 'usage') this.resources.refresh('/api/breakdown', isOpen)
    },
    closed: () => void this.session.boot(),
    blocked: () => void this.facts.present(),
    back: () => this.#past(),
  })
  readonly facts = new Facts(this.#world, {
    past: () => this.#past(),
    day: () => {
      if (!this.session.isIn) return
      void this.facts.present()
      this.resources.refresh()
    },
  })
  /** What single views ask. */
  readonly resources = new Resources({ ...this.#world, ask })
  readonly polling = new Polling({
    refused: problem => this.session.refused(problem),
    done: () => {
      if (this.live.link.get().kind !== 'live' && this.session.isIn) void this.facts.present()
    },
  })
  /** For those who listen. */
  readonly said = announcer(this.facts, this.live.link)

  constructor() {
    this.ticker.subscribe(() => this.facts.tick())
    // A clock that was put right is right everywhere at once.
    this.facts.clockOffset.subscribe(() => this.ticker.again())
  }

  retryNow(): void {
    if (this.session.isIn) this.live.connect()
    else void this.session.boot()
  }

  /** A page that nobody sees stops its clock at once. */
  visible(visible: boolean): void {
    this.live.visible(visible)
    if (visible) {
      this.ticker.run()
      this.#wake()
    } else this.ticker.stop()
  }

  online(online: boolean): void {
    if (!online && this.session.isIn) this.live.offline()
    else if (online && !document.hidden) this.#wake()
  }

  #wake(): void {
    if (this.session.isIn) this.live.wake()
    else if (this.session.access.get().kind === 'unreachable') void this.session.boot()
  }

  #past(): void {
    if (!this.session.isIn) return
    void this.facts.past()
    this.resources.refresh()
  }
}

/** Dates that are closed do not move with a poll. */
function isOpen(value: unknown): boolean {
  return (value as { final?: boolean } | null)?.final !== true
}
