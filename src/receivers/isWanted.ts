import { alertKindOf } from '../alerts/alertKindOf.ts'
import type { Message } from '../alerts/message.ts'
import { subjectsOf } from '../alerts/subjectsOf.ts'
import { ALERT_KINDS, type AlertKind } from '../wire.ts'
import type { Channel } from './channel.ts'
import { hasState } from './traits.ts'

/** Nothing that begins and ends: where it would be an incident, it comes only when it is asked for. */
const NO_INCIDENTS: readonly AlertKind[] = ['leftover', 'digest']

export function kindsFor({ kind, choice }: Channel): readonly AlertKind[] {
  if (choice.kinds !== null) return choice.kinds
  return hasState(kind) ? ALERT_KINDS.filter(one => !NO_INCIDENTS.includes(one)) : ALERT_KINDS
}

/** Whether a receiver is to be told. What is about no tier or no percentage passes, whatever is chosen of them. */
export function isWanted(channel: Channel, message: Message): boolean {
  const { tiers, min } = channel.choice
  const passes = subjectsOf(message).some(
    ({ tier, percentage }) =>
      (tier === undefined || tiers === null || tiers.includes(tier)) &&
      (percentage === undefined || min === null || percentage >= min),
  )
  return passes && kindsFor(channel).includes(alertKindOf(message))
}
