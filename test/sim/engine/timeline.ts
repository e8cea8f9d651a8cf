interface Due {
  at: number
  order: number
  run: (() => void) | null
  /** Sets nothing going that would have to run to its end. */
  quiet: boolean
}

export type Cancel = () => void

const turn = (
  immediate => () =>
    new Promise<void>(resolve => immediate(resolve))
)(setImmediate)

/**
 * True time. Events run in order of their time, those of one instant in the order in which they were made; after each
 * one everything that it set going runs until it waits for time again (a turn of Node's loop drains all microtasks).
 */
export class Timeline {
  now: number
  #order = 0
  #heap: Due[] = []

  constructor(start: number) {
    this.now = start
  }

  at(time: number, run: () => void, quiet = false): Cancel {
    const due: Due = { at: Math.max(time, this.now), order: this.#order++, run, quiet }
    this.#push(due)
    return () => {
      due.run = null
    }
  }

  after(ms: number, run: () => void): Cancel {
    return this.at(this.now + Math.max(0, ms), run)
  }

  /** For what no promise waits for: it needs no turn of Node's loop, which is a tenth of a run's time. */
  quietlyAfter(ms: number, run: () => void): Cancel {
    return this.at(this.now + ms, run, true)
  }

  async runUntil(end: number): Promise<void> {
    // What was asked just before goes as far as it can at this instant.
    await turn()
    for (;;) {
      const next = this.#heap[0]
      if (next === undefined || next.at > end) break
      this.#pop()
      if (next.run === null) continue
      this.now = next.at
      next.run()
      if (!next.quiet) await turn()
    }
    this.now = Math.max(this.now, end)
  }

  #push(due: Due): void {
    const heap = this.#heap
    let index = heap.push(due) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!before(due, heap[parent] as Due)) break
      heap[index] = heap[parent] as Due
      index = parent
    }
    heap[index] = due
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child++
      if (!before(heap[child] as Due, last)) break
      heap[index] = heap[child] as Due
      index = child
    }
    heap[index] = last
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
