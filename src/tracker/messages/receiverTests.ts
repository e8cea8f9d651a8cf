import { testMessage } from '../../alerts/testMessage.ts'
import { testReceiver } from '../../receivers/testReceiver.ts'
import type { ReceiverTestOutcome, TrackerFailure } from '../../rpc/trackerStub.ts'
import type { Desk } from '../desk.ts'

const EVERY_MS = 10_000

/** Test messages: sent at once, rich and where that is refused plain, and never again. Nothing of them is stored. */
export class ReceiverTests {
  readonly #desk: Desk
  readonly #lastAt = new Map<string, number>()

  constructor(desk: Desk) {
    this.#desk = desk
  }

  async test(id: string): Promise<ReceiverTestOutcome> {
    const { config, ports } = this.#desk
    const now = ports.now()
    const channel = config.channels.find(each => each.id === id)
    if (channel === undefined)
      return failure(404, 'unknown_receiver', 'No receiver has this id; GET /api/receivers lists all.')
    const waitMs = (this.#lastAt.get(id) ?? Number.NEGATIVE_INFINITY) + EVERY_MS - now
    // A last time that is ahead was noted by a clock that has jumped back since.
    if (waitMs > 0 && waitMs <= EVERY_MS)
      return failure(429, 'too_many_tests', 'A receiver gets one test in ten seconds.', Math.ceil(waitMs / 1000))
    this.#lastAt.set(id, now)
    const message = testMessage(this.#desk.memory.state.installation, now)
    const view = await testReceiver(channel, message, {
      mayAsk: () => this.#desk.budget.take(),
      send: (sent, delivery) => ports.sendWebhook(channel, sent, delivery),
      now: () => ports.now(),
      random: () => ports.random(),
    })
    if (view === null) return failure(503, 'out_of_requests', 'This wake has no requests left; try again.', 1)
    ports.log({ event: 'receiver_test', channel: id, outcome: view.outcome, status: view.status })
    return { ok: true, view }
  }
}

function failure(
  status: TrackerFailure['status'],
  code: string,
  detail: string,
  retryAfterSeconds: number | null = null,
): TrackerFailure {
  return { ok: false, status, code, detail, retryAfterSeconds }
}
