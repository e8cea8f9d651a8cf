import type { Message } from '../alerts/message.ts'
import type { MessageWords } from '../alerts/messageWords.ts'
import { messageText, type WordsOptions, wordsOf } from '../alerts/wordsOf.ts'
import { fitted } from './fitted.ts'

/** No message has more that anybody reads. */
const MOST_FACTS = 20

/** How text is written at a receiver: escaped, and at most so long. */
export interface Writing {
  longest: number
  escapeText: (text: string) => string
}

/** The parts of a message as a receiver can show them, each by itself. */
export function shownParts(
  message: Message,
  options: WordsOptions,
  { longest, escapeText }: Writing,
): Omit<MessageWords, 'sentences'> {
  const { severity, headline, facts, notes } = wordsOf(message, options)
  const shown = (text: string) => fitted(text, longest, escapeText)
  return {
    severity,
    headline: shown(headline),
    facts: facts.slice(0, MOST_FACTS).map(({ label, value }) => ({ label: shown(label), value: shown(value) })),
    notes: notes.map(shown),
  }
}

/** The same as text of several lines. */
export function shownText(message: Message, options: WordsOptions, { longest, escapeText }: Writing): string {
  return fitted(messageText(message, options), longest, escapeText)
}
