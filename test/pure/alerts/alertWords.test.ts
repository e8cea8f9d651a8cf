import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertMessage } from '../../../src/alerts/alertMessage.ts'
import { alertHeadline } from '../../../src/alerts/alertWords.ts'
import { messageText } from '../../../src/alerts/wordsOf.ts'
import { sampleMessage } from './sampleMessage.ts'

const once = { possibleRepeat: false }

describe('alertHeadline', () => {
  it.each([
    ['premium', 85, '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%'],
    ['mini', 112, '⚠️ OpenAI Usage Alert: MINI tier at 112%'],
  ] as const)('%s at %i', (tier, percentage, headline) => expect(alertHeadline({ tier, percentage })).toBe(headline))
})

describe('messageText of an alert', () => {
  it('says what was used, what is left, what was passed and when it resets', () => {
    expect(messageText(sampleMessage(), once)).toBe(
      [
        '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%',
        '850,000 of 1,000,000 tokens used on 2024-12-19 (UTC), 150,000 left.',
        'Passed: 50%, 80% of the limit.',
        'Resets: 2024-12-20 00:00 UTC. Counted: all tokens of the tier.',
      ].join('\n'),
    )
  })

  it.each([
    ['over the limit', { tokensUsed: 1_120_400, percentage: 112 }, '(UTC), 120,400 over.'],
    ['exactly at the limit', { tokensUsed: 1_000_000, percentage: 100 }, ', 0 left.'],
    ['small numbers without separators', { tokensUsed: 850, limit: 999 }, '850 of 999 tokens'],
    ['a threshold with decimals', { thresholds: [99.5] }, 'Passed: 99.5% of'],
    [
      'the highest ten of many thresholds',
      { thresholds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
      'Passed: 2 lower ones, 3%, ',
    ],
    ['a late alert', { late: true }, 'Late: OpenAI reported this usage after 2024-12-19 had ended.'],
    ['a late alert, whose reset is past', { late: true }, 'Started anew: 2024-12-20 00:00 UTC.'],
  ] as [string, Partial<AlertMessage>, string][])('names %s', (_name, partial, part) => {
    expect(messageText(sampleMessage(partial), once)).toContain(part)
  })

  it('marks what may be a repeat, since Slack and Discord have no id to drop it by', () => {
    expect(messageText(sampleMessage(), { possibleRepeat: true })).toContain('Possible repeat: ')
    expect(messageText(sampleMessage(), once)).not.toContain('repeat')
  })

  it('groups thousands as the locale en does', () => {
    const english = new Intl.NumberFormat('en')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), tokensUsed => {
        expect(messageText(sampleMessage({ tokensUsed }), once)).toContain(
          `\n${english.format(tokensUsed)} of 1,000,000 `,
        )
      }),
    )
  })
})
