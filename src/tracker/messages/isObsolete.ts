import { incidentOf } from '../../alerts/incidentOf.ts'
import type { Owed } from '../../outbox/drainDeliveries.ts'
import { hasState, kindOfId } from '../../receivers/traits.ts'
import type { PollState } from '../store/pollState.ts'
import { isOutdated } from '../watch/blindNotice.ts'

/**
 * Whether what is still owed is not to be told any more. To a receiver that holds incidents open an end is owed for as long as its
 * beginning may stand there, whatever has begun since; a beginning is not, once its end is owed.
 */
export function isObsolete({ delivery, message }: Owed, state: PollState): boolean {
  if (!hasState(kindOfId(delivery.channel))) return isOutdated(message, state)
  if (message.kind === 'seeing') return false
  const isOver = incidentOf(message).endsByTime && (delivery.endsAt ?? null) === null
  return isOver || isOutdated(message, state)
}
