import type { FaultPoints } from '../engine/faultPoints.ts'
import type { Random } from '../engine/random.ts'
import type { Timeline } from '../engine/timeline.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { ModelPermissions } from './modelPermissions.ts'
import type { Receivers } from './receivers.ts'
import type { OpenAI } from './upstream.ts'
import type { Answer } from './upstreamFaults.ts'

/** The incarnation that asks, as the network sees it. */
export interface Caller {
  number: number
  points: FaultPoints
  isAlive(): boolean
  /** Ends the incarnation. */
  die(): never
  flush(): void
  clockMs(): number
}

const POLICY_PATH = /\/projects\/([^/]+)\/model_permissions$/

/** `fetch` as the product meets it: latency, answers that never come, and processes that end before they do. */
export class Network {
  readonly #timeline: Timeline
  readonly #random: Random
  readonly #openai: OpenAI
  readonly #receivers: Receivers
  readonly #heartbeats: Heartbeats
  /** Where it is set, policies of projects are asked for. */
  permissions: ModelPermissions | null = null
  /** Requests to hosts that nobody configured: none may ever happen. */
  readonly strays: string[] = []
  requests = 0
  /** What OpenAI takes. */
  key = ''

  constructor(timeline: Timeline, random: Random, openai: OpenAI, receivers: Receivers, heartbeats: Heartbeats) {
    this.#timeline = timeline
    this.#random = random
    this.#openai = openai
    this.#receivers = receivers
    this.#heartbeats = heartbeats
  }

  fetch(caller: Caller, address: string, init: RequestInit): Promise<unknown> {
    if (!caller.isAlive()) return new Promise(() => {})
    this.requests++
    const url = new URL(address)
    const receiver = this.#receivers.indexOf(url)
    const isBeat = this.#heartbeats.isFor(url)
    const isPolicy = POLICY_PATH.test(url.pathname)
    const blow = caller.points.next(receiver >= 0 ? 'webhook' : isBeat ? 'heartbeat' : isPolicy ? 'policy' : 'openai')
    if (blow === 'crashBefore') return caller.die()
    caller.flush()
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const ifHeard = (settle: () => void) => () => caller.isAlive() && settle()
    const { signal } = init
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    if (blow === 'hang') return promise
    const lost = () => reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }))
    if (blow === 'throwBefore') {
      this.#timeline.after(5, ifHeard(lost))
      return promise
    }
    this.#timeline.after(this.#random.int(5, 90), () => {
      // The request was on its way: a process that ended meanwhile does not call it back.
      try {
        const arrives = blow !== 'throwAfter' && blow !== 'crashAfter'
        const answer = this.#ask(caller, url, receiver, init, arrives)
        if (blow === 'throwAfter') return ifHeard(lost)()
        if (blow === 'crashAfter') return caller.isAlive() && endSilently(caller)
        if (answer === null) return
        this.#timeline.after(
          this.#random.int(5, 90),
          ifHeard(() => resolve(response(answer, signal ?? null))),
        )
      } catch (error) {
        this.#timeline.after(
          1,
          ifHeard(() => reject(error)),
        )
      }
    })
    return promise
  }

  #ask(caller: Caller, url: URL, receiver: number, init: RequestInit, arrives: boolean): Answer | null {
    if (receiver >= 0) {
      const headers = new Headers(init.headers)
      return this.#receivers.answer(receiver, String(init.body), headers, this.#timeline.now, caller.number)
    }
    if (url.hostname === 'api.openai.com') {
      const key = new Headers(init.headers).get('authorization')
      if (key !== `Bearer ${this.key}`) return this.#openai.refuse(this.#timeline.now)
      const project = POLICY_PATH.exec(url.pathname)?.[1]
      if (project !== undefined && this.permissions !== null)
        return this.permissions.answer(project, init.method ?? 'GET', String(init.body ?? ''))
      return this.#openai.answer(url, this.#timeline.now, caller.clockMs(), caller.number, arrives)
    }
    if (this.#heartbeats.isFor(url)) return this.#heartbeats.answer(url, this.#timeline.now, caller.clockMs())
    this.strays.push(url.hostname)
    return { status: 404, body: '' }
  }
}

function endSilently(caller: Caller): void {
  try {
    caller.die()
  } catch {
    // Whoever waited is gone with it.
  }
}

/** As much of a Response as the product reads: a real one costs more than the whole rest of a poll. */
function response(answer: Answer, signal: AbortSignal | null) {
  const bytes = new TextEncoder().encode(answer.body ?? '')
  async function* chunks() {
    yield bytes
    if (answer.drips === true) await forever(signal)
  }
  let read = false
  const reader = {
    read: async () => {
      if (read) return answer.drips === true ? forever(signal) : { done: true, value: undefined }
      read = true
      return { done: false, value: bytes }
    },
    // A body that does not end may not end its cancelling well either.
    cancel: async () => {
      if (answer.drips === true) throw new TypeError('the stream broke')
    },
  }
  const body = { [Symbol.asyncIterator]: chunks, getReader: () => reader }
  return { status: answer.status, headers: new Headers(answer.headers ?? {}), body: answer.body === null ? null : body }
}

function forever(signal: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
  })
}
