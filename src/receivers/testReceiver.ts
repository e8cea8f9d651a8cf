import type { Message } from '../alerts/message.ts'
import type { ResolvedMessage } from '../alerts/resolvedMessage.ts'
import type { TestMessage } from '../alerts/testMessage.ts'
import type { Delivery } from '../outbox/delivery.ts'
import { type DrainDeps, drainDeliveries } from '../outbox/drainDeliveries.ts'
import { newDelivery } from '../outbox/newDelivery.ts'
import type { ReceiverTestView } from '../wire.ts'
import type { Channel } from './channel.ts'
import { hasState, onlyAccepts } from './traits.ts'

export interface TestDeps extends Pick<DrainDeps, 'mayAsk' | 'now' | 'random'> {
  send(message: Message, delivery: Delivery): ReturnType<DrainDeps['send']>
}

/**
 * Sends a test to a receiver: at once, rich and where that is refused plain, and never again. Nothing of it is stored, and no
 * incident stays open. Null: it may not ask.
 */
export async function testReceiver(
  channel: Channel,
  message: TestMessage,
  deps: TestDeps,
): Promise<ReceiverTestView | null> {
  const delivery = await sendOnce(channel, message, deps)
  if (delivery.attempts === 0) return null
  const view = viewOf(channel, delivery)
  if (view.success && hasState(channel.kind)) await sendOnce(channel, endOf(message), deps)
  return view
}

async function sendOnce(channel: Channel, message: Message, { send, ...deps }: TestDeps): Promise<Delivery> {
  let delivery = newDelivery(message.id, channel.id, deps.now())
  const note = (changed: Delivery) => {
    delivery = changed
  }
  await drainDeliveries({
    ...deps,
    due: () => [{ delivery, message }],
    claim: note,
    settle: note,
    send: (claimed, sent) => send(sent, claimed),
  })
  return delivery
}

function endOf({ id, firedAt }: TestMessage): ResolvedMessage {
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
