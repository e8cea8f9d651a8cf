import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newFirings } from '../../../src/alerts/crossings.ts'
import type { Firing } from '../../../src/alerts/firing.ts'
import { highestEntry, missedMessage } from '../../../src/alerts/missedMessage.ts'
import { messageText, wordsOf } from '../../../src/alerts/wordsOf.ts'
import type { Tier } from '../../../src/wire.ts'
import { manyEntries, sampleEntry, sampleMissed } from './sampleMissed.ts'

const FACTS = { installation: 'k3x9', firedAt: 1_734_603_000, counts: 'all' } as const
const once = { possibleRepeat: false }

function firings(date: string, tier: Tier, tokensUsed: number, limit: number): Firing[] {
  const rest = { knownTokens: 0, thresholds: [80, 100], fired: new Set<number>(), firedAt: FACTS.firedAt, late: true }
  return newFirings({ date, tier, tokensUsed, limit, ...rest })
}
const GROUPS = [
  firings('2024-12-16', 'premium', 1_120_400, 1_000_000),
  firings('2024-12-16', 'mini', 8_100_000, 10_000_000),
  firings('2024-12-18', 'premium', 910_000, 1_000_000),
]

describe('missedMessage', () => {
  it('says once for all days what each tier passed, in the order of the dates, premium first', () => {
    expect(missedMessage(GROUPS, FACTS)).toEqual(sampleMissed())
  })

  it('is the same in whatever order and grouping the firings come', () => {
    const all = GROUPS.flat()
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
        expect(missedMessage([shuffled], FACTS)).toEqual(sampleMissed())
        expect(
          missedMessage(
            shuffled.map(each => [each]),
            FACTS,
          ),
        ).toEqual(sampleMissed())
      }),
    )
  })

  it.each([[[]], [[[], []]]])('is nothing when nothing fired: %j', groups => {
    expect(missedMessage(groups, FACTS)).toBeNull()
  })
})

describe('highestEntry', () => {
  it('is the one that went furthest, of equals the latest, and none of none', () => {
    const [first, second, third] = [sampleEntry(), sampleEntry({ date: '2024-12-17' }), sampleEntry({ percentage: 90 })]
    expect(highestEntry([first, third])).toBe(first)
    expect(highestEntry([third, first, second])).toBe(second)
    expect(highestEntry([])).toBeUndefined()
  })
})

describe('the words of a missed message', () => {
  it('lists each day and tier, and says why it comes so late', () => {
    expect(messageText(sampleMissed(), once)).toBe(
      [
        '⚠️ OpenAI Usage Alert: thresholds were passed on 2 days that are over',
        '2024-12-16 PREMIUM: passed 100%, at 112% (1,120,400 of 1,000,000 tokens)',
        '2024-12-16 MINI: passed 80%, at 81% (8,100,000 of 10,000,000 tokens)',
        '2024-12-18 PREMIUM: passed 80%, at 91% (910,000 of 1,000,000 tokens)',
        'Counted: all tokens of the tier.',
        'Late: this became known after the days had ended (UTC), because the tracker was away or OpenAI reported late.',
      ].join('\n'),
    )
  })

  it('counts dates, not entries, in its headline', () => {
    const oneDate = sampleMissed({ entries: sampleMissed().entries.slice(0, 2) })
    expect(wordsOf(oneDate, once).headline).toBe('⚠️ OpenAI Usage Alert: thresholds were passed on 1 day that is over')
  })

  it.each([
    ['critical where any limit was reached', sampleMissed(), 'critical'],
    ['critical at exactly the limit', sampleMissed({ entries: [sampleEntry({ tokensUsed: 1_000_000 })] }), 'critical'],
    ['a warning otherwise', sampleMissed({ entries: [sampleEntry({ tokensUsed: 999_999 })] }), 'warning'],
  ])('is %s', (_name, message, severity) => expect(wordsOf(message, once).severity).toBe(severity))

  it('lists twenty of many, those that went furthest, in their order, and says how many it leaves out', () => {
    for (const count of [20, 21, 62]) {
      const entries = manyEntries(count)
      const { facts, sentences, notes } = wordsOf(sampleMissed({ entries }), once)
      const least = 80 + count - 20
      const shown = entries.filter(({ percentage }) => percentage >= least)
      expect(facts.map(({ label }) => label)).toEqual(shown.map(({ date, tier }) => `${date} ${tier.toUpperCase()}`))
      expect(sentences).toEqual(facts.map(({ label, value }) => `${label}: ${value}`))
      expect(notes.slice(1, -1)).toEqual(count === 20 ? [] : [`and ${count - 20} more, none of them higher.`])
    }
  })

  it('marks what may be a repeat', () => {
    expect(messageText(sampleMissed(), { possibleRepeat: true })).toMatch(/\nPossible repeat: [^\n]+$/)
  })
})
