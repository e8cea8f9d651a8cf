import { alertWords } from './alertWords.ts'
import type { Message } from './message.ts'
import { watchWords } from './watchWords.ts'

/** The words of one message, part by part; every renderer arranges these and adds none of its own. */
export interface MessageWords {
  severity: 'good' | 'warning' | 'critical'
  /** Stands alone in a notification. */
  headline: string
  /** Whole sentences, for plain text. */
  sentences: string[]
  /** The same as labels and values, for receivers that lay them out. */
  facts: Fact[]
  /** What a reader must know beyond the facts; often none. */
  notes: string[]
}

export interface Fact {
  label: string
  value: string
  /** Unix seconds: the moment that the value names, for receivers that show it in the reader's own time. */
  moment?: number
}

export interface WordsOptions {
  /** An earlier attempt may have arrived; the message says so. */
  possibleRepeat: boolean
}

const REPEAT_NOTE = 'Possible repeat: an earlier attempt got no answer, so this may have arrived before.'

export function messageWords(message: Message, { possibleRepeat }: WordsOptions): MessageWords {
  const words = message.kind === 'alert' ? alertWords(message) : watchWords(message)
  return possibleRepeat ? { ...words, notes: [...words.notes, REPEAT_NOTE] } : words
}

/** The message as plain text of several lines. */
export function messageText(message: Message, options: WordsOptions): string {
  const { headline, sentences, notes } = messageWords(message, options)
  return [headline, ...sentences, ...notes].join('\n')
}
