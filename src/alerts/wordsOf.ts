import { alertWords } from './alertWords.ts'
import type { Message } from './message.ts'
import type { MessageWords } from './messageWords.ts'
import { missedWords } from './missedWords.ts'
import { noticeKind } from './notices/notices.ts'
import { resolvedWords, testWords } from './noticeWords.ts'
import { watchWords } from './watchWords.ts'

export interface WordsOptions {
  /** An earlier attempt may have arrived; the message says so. */
  possibleRepeat: boolean
}

const REPEAT_NOTE = 'Possible repeat: an earlier attempt got no answer, so this may have arrived before.'

export function wordsOf(message: Message, { possibleRepeat }: WordsOptions): MessageWords {
  const words = ownWords(message)
  return possibleRepeat ? { ...words, notes: [...words.notes, REPEAT_NOTE] } : words
}

/** The message as plain text of several lines. */
export function messageText(message: Message, options: WordsOptions): string {
  const { headline, sentences, notes } = wordsOf(message, options)
  return [headline, ...sentences, ...notes].join('\n')
}

function ownWords(message: Message): MessageWords {
  switch (message.kind) {
    case 'alert':
      return alertWords(message)
    case 'missed':
      return missedWords(message)
    case 'blind':
    case 'seeing':
      return watchWords(message)
    case 'resolved':
      return resolvedWords(message)
    case 'test':
      return testWords(message)
    default:
      return noticeKind(message).words(message)
  }
}
