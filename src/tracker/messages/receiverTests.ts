import type { Message } from '../../alerts/message.ts'
import { testMessage } from '../../alerts/testMessage.ts'
import type { Delivery } from '../../outbox/delivery.ts'
import { drainDeliveries } from '../../outbox/drainDeliveries.ts'
import { newDelivery } from '../../outbox/newDelivery.ts'
import type { Channel } from '../../receivers/channel.ts'
import { hasState, onlyAccepts } from '../../receivers/traits.ts'
import type { ReceiverTestOutcome, TrackerFailure } from '../../rpc/trackerStub.ts'
import type { ReceiverTestView } from '../../wire.ts'
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
    const delivery = await this.#sendOnce(channel, message)
    if (delivery.attempts === 0) return failure(503, 'out_of_requests', 'This wake has no requests left; try again.', 1)
    const view = viewOf(channel, delivery)
    if (view.success && hasState(channel.kind)) await this.#sendOnce(channel, ended(message))
    ports.log({ event: 'receiver_test', channel: id, outcome: view.outcome, status: view.status })
    return { ok: true, view }
  }

  async #sendOnce(channel: Channel, message: Message): Promise<Delivery> {
    const { ports, budget } = this.#desk
    let delivery = newDelivery(message.id, channel.id, ports.now())
    const note = (changed: Delivery) => {
      delivery = changed
    }
    await drainDeliveries({
      due: () => [{ delivery, message }],
      mayAsk: () => budget.take(),
      claim: note,
      settle: note,
      send: (claimed, sent) => ports.sendWebhook(channel, sent, claimed),
      now: () => ports.now(),
      random: () => ports.random(),
    })
    return delivery
  }
}

/** The incident that a test begins is over at once. */
function ended({ id, firedAt }: Message): Message {
  return {
    kind: 'resolved',
    id: `resolved-${id}`,
    firedAt,
    key: `oai-usage/${id}`,
    of: 'test',
    startedAt: firedAt,
    severities: ['info'],
    headline: 'a test',
  }
}

function viewOf({ id, kind }: Channel, { state, lastStatus, lastError }: Delivery): ReceiverTestView {
  if (state === 'delivered') {
    const outcome = onlyAccepts(kind) ? 'accepted' : 'delivered'
    const detail =
      outcome === 'accepted' ? 'It took the message in; look there whether it arrived.' : 'It has the message.'
    return { success: true, id, kind, outcome, status: lastStatus, detail }
  }
  // Given up, or an answer that says "not now": there is somebody.
  const outcome = state === 'parked' || lastStatus !== null ? 'refused' : 'unreachable'
  return { success: false, id, kind, outcome, status: lastStatus, detail: lastError ?? 'no answer' }
}

function failure(
  status: TrackerFailure['status'],
  code: string,
  detail: string,
  retryAfterSeconds: number | null = null,
): TrackerFailure {
  return { ok: false, status, code, detail, retryAfterSeconds }
}
