import type { MessageWords } from '../messageWords.ts'
import { type BilledMessage, billedFields, billedWords } from './billed.ts'
import { type BrakeMessage, brakeFields, brakeType, brakeWords } from './brake.ts'
import { type BudgetMessage, budgetFields, budgetWords } from './budget.ts'
import { type DigestMessage, digestFields, digestWords } from './digest.ts'
import { type FreeStoppedMessage, freeStoppedFields, freeStoppedWords } from './freeStopped.ts'
import { type LeftoverMessage, leftoverFields, leftoverWords } from './leftover.ts'
import { type NewModelMessage, newModelFields, newModelWords } from './newModel.ts'
import { type PaceMessage, paceFields, paceWords } from './pace.ts'
import { type SpikeMessage, spikeFields, spikeWords } from './spike.ts'

export type NoticeMessage =
  | PaceMessage
  | BilledMessage
  | FreeStoppedMessage
  | SpikeMessage
  | BudgetMessage
  | NewModelMessage
  | LeftoverMessage
  | DigestMessage
  | BrakeMessage

interface NoticeKind<M extends NoticeMessage> {
  /** `type` of the generic webhook. */
  type: string | ((message: M) => string)
  words(message: M): MessageWords
  fields(message: M): object
}

/** How each kind of notice is told; a new kind is a file beside these and a line here. */
const KINDS: { [K in NoticeMessage['kind']]: NoticeKind<Extract<NoticeMessage, { kind: K }>> } = {
  pace: { type: 'usage.pace.exceeds', words: paceWords, fields: paceFields },
  billed: { type: 'usage.billed.started', words: billedWords, fields: billedFields },
  free_stopped: { type: 'usage.free.stopped', words: freeStoppedWords, fields: freeStoppedFields },
  spike: { type: 'usage.spike', words: spikeWords, fields: spikeFields },
  budget: { type: 'costs.budget.crossed', words: budgetWords, fields: budgetFields },
  new_model: { type: 'usage.model.unclassified', words: newModelWords, fields: newModelFields },
  leftover: { type: 'usage.leftover', words: leftoverWords, fields: leftoverFields },
  digest: { type: 'usage.digest', words: digestWords, fields: digestFields },
  brake: { type: brakeType, words: brakeWords, fields: brakeFields },
}

export function noticeKind<M extends NoticeMessage>({ kind }: M): NoticeKind<M> {
  return KINDS[kind] as NoticeKind<NoticeMessage> as NoticeKind<M>
}
