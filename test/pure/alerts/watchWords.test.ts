import { describe, expect, it } from 'vitest'
import { messageText, wordsOf } from '../../../src/alerts/wordsOf.ts'
import { sampleWatch } from './sampleWatch.ts'

const once = { possibleRepeat: false }

describe('messageText of a watch message', () => {
  it('says since when nothing is known, what is wrong, what to do, and what that means', () => {
    expect(messageText(sampleWatch(), once)).toBe(
      [
        '⚠️ OpenAI usage tracker is blind: no numbers since 2024-12-19 10:00 UTC',
        'OpenAI refuses the admin key (401).',
        'Create a new key.',
        'Until it sees again no usage alert can come. It goes on trying, and says when it does.',
      ].join('\n'),
    )
  })

  it('says when it is over, and that nothing of the time between is missing', () => {
    expect(messageText(sampleWatch({ kind: 'seeing', firedAt: 1_734_610_800 }), once)).toBe(
      [
        '✅ OpenAI usage tracker sees again (no numbers came since 2024-12-19 10:00 UTC)',
        'It was: OpenAI refuses the admin key (401).',
        'Read again: 2024-12-19 12:20 UTC. All that was used in between is counted.',
      ].join('\n'),
    )
  })

  it('counts from the first failure where there never was a reading', () => {
    expect(messageText(sampleWatch({ lastSuccess: null }), once)).toContain('no numbers since 2024-12-19 10:05 UTC\n')
  })

  it('marks what may be a repeat', () => {
    expect(messageText(sampleWatch(), { possibleRepeat: true })).toMatch(/\nPossible repeat: [^\n]+$/)
  })

  it('shows foreign text on one line, and not without end', () => {
    const trouble = { code: 'x', message: `a\u202e\nb${'c'.repeat(900)}`, action: 'd\ne' }
    const [, message, action, ...rest] = messageText(sampleWatch({ trouble }), once).split('\n')
    expect([message?.slice(0, 4), message?.length, action, rest.length]).toEqual(['a bc', 500, 'd e', 1])
  })
})

describe('wordsOf of a watch message', () => {
  it('gives each moment, so that a receiver can show it in the reader’s own time', () => {
    expect(wordsOf(sampleWatch(), once)).toMatchObject({
      severity: 'critical',
      facts: [
        { label: 'What is wrong', value: 'OpenAI refuses the admin key (401).' },
        { label: 'What to do', value: 'Create a new key.' },
        { label: 'Last reading', value: '2024-12-19 10:00 UTC', moment: 1_734_602_400 },
        { label: 'Failing since', value: '2024-12-19 10:05 UTC', moment: 1_734_602_700 },
      ],
    })
    expect(wordsOf(sampleWatch({ lastSuccess: null }), once).facts[2]).toEqual({
      label: 'Last reading',
      value: 'none yet',
    })
  })

  it('is good news when it sees again, with nothing left to do', () => {
    expect(wordsOf(sampleWatch({ kind: 'seeing' }), once)).toMatchObject({
      severity: 'good',
      facts: [
        { label: 'Last reading' },
        { label: 'Failing since' },
        { label: 'Read again', value: '2024-12-19 10:20 UTC', moment: 1_734_603_600 },
      ],
      notes: [],
    })
  })
})
