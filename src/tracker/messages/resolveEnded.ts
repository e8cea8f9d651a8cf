import { alertKindOf } from '../../alerts/alertKindOf.ts'
import { incidentOf } from '../../alerts/incidentOf.ts'
import type { ResolvedMessage } from '../../alerts/resolvedMessage.ts'
import { wordsOf } from '../../alerts/wordsOf.ts'
import type { Owed } from '../../outbox/drainDeliveries.ts'
import { newDelivery } from '../../outbox/newDelivery.ts'
import type { Desk } from '../desk.ts'
import { insertMessage, noteEnded, readEnded } from '../store/deliveryStore.ts'
import { writePollState } from '../store/pollState.ts'
import { noteDelivery } from './oweMessage.ts'

/**
 * Owes the end of what has ended by time to the receivers that hold it open: one message an incident, to those that have got
 * one of its messages, or may have. In one transaction, so that an end is owed once whatever happens; what was never told is
 * not owed any more from then on (`isObsolete`).
 */
export function resolveEnded(desk: Desk): void {
  const { sql } = desk.ports
  const now = desk.ports.now()
  const nowS = Math.floor(now / 1000)
  if (readEnded(sql, nowS).length === 0) return
  let told: Owed[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    told = readEnded(sql, nowS).filter(({ delivery }) => delivery.state === 'delivered' || delivery.unanswered > 0)
    const groups = [...Map.groupBy(told, ({ message }) => incidentOf(message).key).values()]
    for (const [index, of] of groups.entries()) {
      const message = endOf(of, `resolved-${memory.state.installation}-${seq}-${index}`, nowS)
      insertMessage(sql, message, now)
      for (const channel of new Set(of.map(({ delivery }) => delivery.channel))) {
        if (desk.config.channels.some(({ id }) => id === channel))
          noteDelivery(sql, newDelivery(message.id, channel, now))
      }
    }
    noteEnded(sql, nowS)
    const state = { ...memory.state, seq }
    writePollState(sql, state)
    return { ...memory, state }
  })
  desk.ports.log({ event: 'ended', deliveries: told.length })
}

/** `of`: the deliveries of one incident's messages, oldest first; never empty. */
function endOf(of: readonly Owed[], id: string, firedAt: number): ResolvedMessage {
  const messages = of.map(({ message }) => message)
  const [first] = messages
  if (first === undefined) throw new RangeError('nothing has ended')
  const { key, tier } = incidentOf(first)
  const words = messages.map(message => wordsOf(message, { possibleRepeat: false }))
  return {
    kind: 'resolved',
    id,
    firedAt,
    key,
    of: alertKindOf(first),
    ...(tier !== undefined && { tier }),
    startedAt: first.firedAt,
    severities: [...new Set(words.map(({ severity }) => severity))],
    headline: words.at(-1)?.headline ?? '',
  }
}
