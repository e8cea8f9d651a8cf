import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossedThresholds, messageOf, newFirings, type Reading } from '../../../src/alerts/crossings.ts'

const HIGHEST = Number.MAX_SAFE_INTEGER

/** The comparison in decimals as text: no shared arithmetic with the code under test. */
function reached(tokens: number, limit: number, threshold: string): boolean {
  const [whole = '0', decimals = ''] = threshold.split('.')
  const thousandths = BigInt(whole + decimals.padEnd(3, '0'))
  return BigInt(tokens) * 100_000n >= thousandths * BigInt(limit)
}

const thresholdText = fc
  .tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 1, max: 999 }))
  .map(([whole, thousandths]) => `${whole}.${String(thousandths).padStart(3, '0')}`)

describe('crossedThresholds', () => {
  it.each([
    ['one token short', 799_999, 1_000_000, []],
    ['exactly at the threshold', 800_000, 1_000_000, [80]],
    ['a jump over all of them', 3_000_000, 1_000_000, [80, 95.5, 100, 250]],
    ['exactly at a threshold with decimals', 955_000, 1_000_000, [80, 95.5]],
    ['nothing used', 0, 1_000_000, []],
    ['no limit', 10, 0, []],
    ['a total that is no whole number', Number.NaN, 1_000_000, []],
  ])('%s', (_name, tokens, limit, crossed) => {
    expect(crossedThresholds(tokens, limit, [250, 100, 80, 95.5])).toEqual(crossed)
  })

  it('takes exactly 7 % as 7 %, which floating point puts below it', () => {
    expect(0.07 * 100 > 7).toBe(true)
    expect(crossedThresholds(7, 100, [7])).toEqual([7])
    expect(crossedThresholds(70_000, 1_000_000, [7])).toEqual([7])
  })

  it('tells 2^53 - 1 from 2^53 - 2 at 100 %', () => {
    expect(crossedThresholds(HIGHEST, HIGHEST, [100])).toEqual([100])
    expect(crossedThresholds(HIGHEST - 1, HIGHEST, [100])).toEqual([])
    expect(crossedThresholds(HIGHEST, HIGHEST, [100.001])).toEqual([])
  })

  it('ignores thresholds that mean nothing, and repeats', () => {
    expect(crossedThresholds(100, 100, [0, -5, Number.NaN, Number.POSITIVE_INFINITY, 80, 80])).toEqual([80])
  })

  it('agrees with decimal arithmetic for any total, limit and thresholds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: HIGHEST }),
        fc.integer({ min: 1, max: HIGHEST }),
        fc.uniqueArray(thresholdText, { maxLength: 6 }),
        (tokens, limit, texts) => {
          const expected = texts.filter(text => reached(tokens, limit, text)).map(Number)
          expect(crossedThresholds(tokens, limit, texts.map(Number))).toEqual(expected.sort((a, b) => a - b))
        },
      ),
    )
  })

  it('agrees with decimal arithmetic one token around the threshold, where errors would show', () => {
    fc.assert(
      fc.property(
        thresholdText,
        fc.integer({ min: 1, max: 9e14 }),
        fc.integer({ min: -1, max: 1 }),
        (text, limit, off) => {
          const at = Number((BigInt(text.replace('.', '')) * BigInt(limit)) / 100_000n) + off
          fc.pre(at >= 0 && at <= HIGHEST)
          expect(crossedThresholds(at, limit, [Number(text)])).toEqual(reached(at, limit, text) ? [Number(text)] : [])
        },
      ),
      { numRuns: 1000 },
    )
  })
})

function reading(partial: Partial<Reading> = {}): Reading {
  return {
    date: '2024-12-19',
    tier: 'premium',
    tokensUsed: 850_000,
    knownTokens: 0,
    limit: 1_000_000,
    thresholds: [50, 80, 100],
    fired: new Set(),
    firedAt: 1_734_603_000,
    late: false,
    ...partial,
  }
}

describe('newFirings', () => {
  it('fires each threshold that the reading reached, ascending, with the words of the contract', () => {
    const common = {
      date: '2024-12-19',
      tier: 'premium',
      tokensUsed: 850_000,
      limit: 1_000_000,
      percentage: 85,
      message: '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%',
      firedAt: 1_734_603_000,
      late: false,
    }
    expect(newFirings(reading())).toEqual([
      { ...common, threshold: 50 },
      { ...common, threshold: 80 },
    ])
  })

  it.each([
    ['a threshold that has fired does not fire again', { fired: new Set([50]) }, [80]],
    ['nothing new is no firing', { fired: new Set([50, 80]) }, []],
    [
      'a total that fell does not take a firing back or repeat it',
      { fired: new Set([50, 80]), tokensUsed: 400_000 },
      [],
    ],
    ['a raised limit does not repeat a firing', { fired: new Set([50, 80]), limit: 1_600_000 }, []],
    ['a threshold added later fires beside the old ones', { fired: new Set([50, 80]), thresholds: [50, 60, 80] }, [60]],
  ])('%s', (_name, partial, thresholds) => {
    expect(newFirings(reading(partial)).map(firing => firing.threshold)).toEqual(thresholds)
  })

  it.each([
    ['a model counts in another tier now, and so does what is known of it', {}, []],
    ['a lower threshold is new', { thresholds: [10, 50, 80, 100] }, []],
    ['the limit was lowered', { limit: 500_000 }, []],
    ['the figures fell', { tokensUsed: 820_000 }, []],
    ['the figures moved over a threshold', { tokensUsed: 1_000_000 }, [100]],
    ['the figures moved, and a lower threshold is new', { tokensUsed: 1_000_000, thresholds: [10, 80, 100] }, [100]],
    ['a threshold was one token away', { knownTokens: 799_999 }, [80]],
    ['a threshold had been reached exactly', { knownTokens: 800_000 }, []],
    ['the figures moved over what fired under another limit', { tokensUsed: 1_000_000, fired: new Set([100]) }, []],
  ] as [string, Partial<Reading>, number[]][])(
    'on a day that is over, known at 850,000: %s',
    (_name, partial, fires) => {
      const over = reading({ knownTokens: 850_000, late: true, ...partial })
      expect(newFirings(over).map(firing => firing.threshold)).toEqual(fires)
    },
  )

  it('makes no news of settings alone, and of figures only what they newly reach', () => {
    const tokens = fc.integer({ min: 0, max: 3000 })
    const limit = fc.integer({ min: 1, max: 2000 })
    const thresholds = fc.uniqueArray(fc.integer({ min: 1, max: 150 }))
    fc.assert(
      fc.property(tokens, tokens, limit, thresholds, (knownTokens, tokensUsed, limit, thresholds) => {
        const firings = newFirings(reading({ knownTokens, tokensUsed, limit, thresholds }))
        const due = thresholds.filter(each => tokensUsed * 100 >= each * limit && knownTokens * 100 < each * limit)
        expect(firings.map(firing => firing.threshold)).toEqual(due.sort((a, b) => a - b))
      }),
    )
  })

  it('fires each threshold once over any sequence of totals and limits', () => {
    const step = fc.record({ tokensUsed: fc.integer({ min: 0, max: 3000 }), limit: fc.integer({ min: 1, max: 2000 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const fired = new Set<number>()
        const all = steps.flatMap(({ tokensUsed, limit }) => {
          const firings = newFirings(reading({ tokensUsed, limit, fired }))
          for (const { threshold } of firings) fired.add(threshold)
          return firings.map(firing => firing.threshold)
        })
        const due = [50, 80, 100].filter(percent => steps.some(s => s.tokensUsed * 100 >= percent * s.limit))
        expect(all.sort((a, b) => a - b)).toEqual(due)
      }),
    )
  })
})

describe('messageOf', () => {
  const FACTS = { resetsAt: 0, installation: 'k3x9', counts: 'all' } as const

  it('says one thing for a jump over several thresholds: the highest, with the lower ones passed', () => {
    expect(
      messageOf(newFirings(reading()).reverse(), { resetsAt: 1_734_652_800, installation: 'k3x9', counts: 'all' }),
    ).toEqual({
      kind: 'alert',
      id: 'alert-k3x9-2024-12-19-premium-80',
      date: '2024-12-19',
      tier: 'premium',
      threshold: 80,
      thresholds: [50, 80],
      tokensUsed: 850_000,
      limit: 1_000_000,
      percentage: 85,
      resetsAt: 1_734_652_800,
      firedAt: 1_734_603_000,
      late: false,
      counts: 'all',
    })
  })

  it('tells 99.5 % from 995 % in its id', () => {
    const firings = newFirings(reading({ tokensUsed: 9_950_000, thresholds: [99.5, 995] }))
    expect(firings.map(firing => messageOf([firing], FACTS)?.id)).toEqual([
      'alert-k3x9-2024-12-19-premium-99_5',
      'alert-k3x9-2024-12-19-premium-995',
    ])
  })

  it('has another id in another installation, so that a receiver of both drops neither', () => {
    const ids = ['k3x9', 'p0q1'].map(
      installation => messageOf(newFirings(reading()), { resetsAt: 0, installation, counts: 'all' })?.id,
    )
    expect(ids).toEqual(['alert-k3x9-2024-12-19-premium-80', 'alert-p0q1-2024-12-19-premium-80'])
  })

  it('is nothing when nothing fired', () => expect(messageOf([], FACTS)).toBeNull())

  it('makes ids that Standard Webhooks can sign: no dots, short, different for different thresholds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(thresholdText.map(Number), { minLength: 2, maxLength: 2 }), thresholds => {
        const ids = thresholds.map(threshold => {
          const firings = newFirings(reading({ tokensUsed: 100_000_000, thresholds: [threshold] }))
          return messageOf(firings, FACTS)?.id ?? ''
        })
        for (const id of ids) expect(id).toMatch(/^alert-k3x9-2024-12-19-premium-[\d_]+$/)
        for (const id of ids) expect(id.length).toBeLessThanOrEqual(64)
        expect(ids[0]).not.toBe(ids[1])
      }),
    )
  })
})
