import type { ReceiverTestView } from '../../../wire.ts'
import type { Answer } from '../../link/askServer.ts'

const OUTCOMES: Record<ReceiverTestView['outcome'], string> = {
  delivered: 'Delivered',
  accepted: 'Accepted; whether it reaches anybody is not known',
  refused: 'Refused',
  unreachable: 'Not reached',
}

/** What came of a test message, in words. */
export function testWords(answer: Answer<ReceiverTestView>): { tone: 'ok' | 'warn'; words: string } {
  if (!answer.ok) {
    const wait = answer.retryAfter === null ? '' : ` Try again in ${answer.retryAfter} s.`
    return { tone: 'warn', words: `${answer.problem.detail || answer.problem.title}${wait}` }
  }
  const { success, outcome, status, detail } = answer.value
  const code = status === null ? '' : ` (${status})`
  const why = detail === '' ? '' : `: ${detail}`
  return { tone: success ? 'ok' : 'warn', words: `${OUTCOMES[outcome]}${code}${why}` }
}
