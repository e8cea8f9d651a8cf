import type { MessageWords } from './messageWords.ts'
import type { ResolvedMessage } from './resolvedMessage.ts'
import type { TestMessage } from './testMessage.ts'
import { utcMinute } from './utcMinute.ts'

export function resolvedWords({ headline, startedAt, firedAt }: ResolvedMessage): MessageWords {
  return {
    severity: 'good',
    headline: `✅ Over: ${headline}`,
    sentences: [`Began: ${utcMinute(startedAt)}. Over: ${utcMinute(firedAt)}.`],
    facts: [
      { label: 'Began', value: utcMinute(startedAt), moment: startedAt },
      { label: 'Over', value: utcMinute(firedAt), moment: firedAt },
    ],
    notes: [],
  }
}

export function testWords({ firedAt }: TestMessage): MessageWords {
  return {
    severity: 'good',
    headline: '✅ OpenAI usage tracker: this is a test',
    sentences: ['Somebody asked for it to see whether it arrives. Alerts will come here.'],
    facts: [{ label: 'Sent', value: utcMinute(firedAt), moment: firedAt }],
    notes: ['Nothing has happened, and nothing is to be done.'],
  }
}
