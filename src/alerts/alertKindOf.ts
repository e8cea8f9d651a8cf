import type { AlertKind } from '../wire.ts'
import type { Message } from './message.ts'

/** What a message is about, as ALERTS and receivers choose by it. */
export function alertKindOf({ kind }: Pick<Message, 'kind'>): AlertKind {
  switch (kind) {
    case 'alert':
    case 'missed':
      return 'threshold'
    case 'blind':
    case 'seeing':
    case 'resolved':
    case 'test':
      return 'watch'
    default:
      return kind
  }
}
