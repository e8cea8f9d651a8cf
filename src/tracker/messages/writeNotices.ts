import type { Message, Notice } from '../../alerts/message.ts'
import type { Growth } from '../../usage/growth.ts'
import type { Desk } from '../desk.ts'
import { insertAlert } from '../store/alertStore.ts'
import { namedCauses } from './namedCauses.ts'
import { oweMessage } from './oweMessage.ts'

/**
 * Rows, dedupe keys and deliveries of what is worth a message, in the transaction that saw its cause. Returns the ids of the
 * rows. Messages go out in the order of their making: `now` (ms) rises by one with each.
 */
export function writeNotices(desk: Desk, notices: readonly Notice[], revision: number, now: number): number[] {
  return notices.flatMap(({ records, message, growth }, index) => {
    const whole = growth === undefined ? message : withCauses(desk, message, growth)
    const isOwed = oweMessage(desk, whole, now + index)
    return records.map(record => insertAlert(desk.ports.sql, record, isOwed ? message.id : null, revision))
  })
}

function withCauses(desk: Desk, message: Message, growth: Growth): Message {
  if (message.kind !== 'alert' && message.kind !== 'pace') return message
  return { ...message, causes: namedCauses(desk.ports.sql, growth) }
}
