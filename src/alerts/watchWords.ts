import type { Fact, MessageWords } from './messageWords.ts'
import { sanitizeLabel } from './sanitizeLabel.ts'
import { utcMinute } from './utcMinute.ts'
import type { WatchMessage } from './watchMessage.ts'

const LONGEST_SENTENCE = 500

export function watchHeadline({ kind, lastSuccess, failingSince }: WatchMessage): string {
  const since = utcMinute(lastSuccess ?? failingSince)
  if (kind === 'seeing') return `✅ OpenAI usage tracker sees again (no numbers came since ${since})`
  return `⚠️ OpenAI usage tracker is blind: no numbers since ${since}`
}

export function watchWords(message: WatchMessage): MessageWords {
  const { kind, lastSuccess, failingSince, firedAt } = message
  const trouble = sanitizeLabel(message.trouble.message, LONGEST_SENTENCE)
  const action = sanitizeLabel(message.trouble.action, LONGEST_SENTENCE)
  const times: Fact[] = [
    { label: 'Last reading', ...(lastSuccess === null ? { value: 'none yet' } : moment(lastSuccess)) },
    { label: 'Failing since', ...moment(failingSince) },
  ]
  if (kind === 'seeing') {
    return {
      severity: 'good',
      headline: watchHeadline(message),
      sentences: [`It was: ${trouble}`, `Read again: ${utcMinute(firedAt)}. All that was used in between is counted.`],
      facts: [...times, { label: 'Read again', ...moment(firedAt) }],
      notes: [],
    }
  }
  return {
    severity: 'critical',
    headline: watchHeadline(message),
    sentences: [trouble, action],
    facts: [{ label: 'What is wrong', value: trouble }, { label: 'What to do', value: action }, ...times],
    notes: ['Until it sees again no usage alert can come. It goes on trying, and says when it does.'],
  }
}

function moment(seconds: number): Pick<Fact, 'value' | 'moment'> {
  return { value: utcMinute(seconds), moment: seconds }
}
