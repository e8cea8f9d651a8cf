import { describe, expect, it } from 'vitest'
import { testWords } from '../../../src/dashboard/views/status/testWords.ts'
import type { ReceiverTestView } from '../../../src/wire.ts'

const answered = (partial: Partial<ReceiverTestView>) =>
  testWords({
    ok: true,
    value: { success: true, id: 'slack-1', kind: 'slack', outcome: 'delivered', status: 200, detail: '', ...partial },
  })

describe('what came of a test message', () => {
  it.each([
    [{}, 'ok', 'Delivered (200)'],
    [{ outcome: 'accepted', status: 202 }, 'ok', 'Accepted; whether it reaches anybody is not known (202)'],
    [
      {
        success: false,
        outcome: 'refused',
        status: 404,
        detail: 'Slack answered 404: the webhook does not exist any more',
      },
      'warn',
      'Refused (404): Slack answered 404: the webhook does not exist any more',
    ],
    [
      { success: false, outcome: 'unreachable', status: null, detail: 'no answer within 15 s' },
      'warn',
      'Not reached: no answer within 15 s',
    ],
  ] as const)('%j is %s: %s', (partial, tone, words) => expect(answered(partial)).toEqual({ tone, words }))

  it('is the reason and the wait where the tracker sends none', () => {
    const problem = { type: '', title: 'Too soon', status: 429, detail: 'It was tested just now.', code: 'too_soon' }
    const answer = testWords({ ok: false, problem, retryAfter: 7 })
    expect(answer).toEqual({ tone: 'warn', words: 'It was tested just now. Try again in 7 s.' })
    expect(testWords({ ok: false, problem: { ...problem, detail: '' }, retryAfter: null }).words).toBe('Too soon')
  })
})
