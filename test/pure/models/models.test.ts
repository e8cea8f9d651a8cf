import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CATALOGUE, classifier, isFree, matchesFamily } from '../../../src/models.ts'
import type { Tier } from '../../../src/wire.ts'

const classify = classifier(new Map())

describe('classifier', () => {
  it.each([
    // The brief's table.
    ['gpt-4o', 'premium'],
    ['gpt-4-turbo', 'premium'],
    ['gpt-4', 'premium'],
    ['o1-preview', 'premium'],
    ['o1-mini', 'premium'],
    ['gpt-4o-mini', 'mini'],
    ['gpt-3.5-turbo', 'mini'],
    // As the Usage API names them.
    ['gpt-4o-2024-05-13', 'premium'],
    ['gpt-4o-2024-08-06', 'premium'],
    ['gpt-4o-2024-11-20', 'premium'],
    ['gpt-4o-mini-2024-07-18', 'mini'],
    ['gpt-4-turbo-2024-04-09', 'premium'],
    ['gpt-4-0613', 'premium'],
    ['gpt-3.5-turbo-0125', 'mini'],
    ['o1-preview-2024-09-12', 'premium'],
    ['o1-mini-2024-09-12', 'premium'],
    // The complimentary pools of 2026-09-28, large.
    ['gpt-6-astra', 'premium'],
    ['gpt-6-sol', 'premium'],
    ['gpt-6-luna', 'premium'],
    ['gpt-5.6-sol', 'premium'],
    ['gpt-5.5-2026-04-23', 'premium'],
    ['gpt-5.4-2026-03-05', 'premium'],
    ['gpt-5.2-2025-12-11', 'premium'],
    ['gpt-5.1-2025-11-13', 'premium'],
    ['gpt-5.1-codex', 'premium'],
    ['gpt-5-codex', 'premium'],
    ['gpt-5-2025-08-07', 'premium'],
    ['gpt-5-chat-latest', 'premium'],
    ['gpt-4.1-2025-04-14', 'premium'],
    ['o3-2025-04-16', 'premium'],
    ['o1-2024-12-17', 'premium'],
    // Small.
    ['gpt-5.6-terra', 'mini'],
    ['gpt-5.6-luna', 'mini'],
    ['gpt-5.4-mini-2026-03-17', 'mini'],
    ['gpt-5.4-nano-2026-03-17', 'mini'],
    ['gpt-5.1-codex-mini', 'mini'],
    ['gpt-5-mini-2025-08-07', 'mini'],
    ['gpt-5-nano-2025-08-07', 'mini'],
    ['gpt-4.1-mini-2025-04-14', 'mini'],
    ['gpt-4.1-nano-2025-04-14', 'mini'],
    ['o4-mini-2025-04-16', 'mini'],
    ['codex-mini-latest', 'mini'],
    ['o3-mini-2025-01-31', 'mini'],
  ] as const)('%s is %s', (model, tier) => expect(classify(model)).toEqual({ tier, unclassified: false }))

  it.each([
    '',
    'gpt',
    'gpt-4omega',
    'gpt-4omega-x',
    'gpt-4o1',
    'gpt-3.5',
    'zephyr-mini',
    'ft:gpt-4o-mini-2024-07-18:acme::abc123',
    'ft:gpt-3.5-turbo:org:name:id',
    'GPT-4O-MINI',
    '__proto__',
    'constructor',
    '-',
    '--',
    'gpt-4omini\u0000',
  ])('%j is unclassified, and counts as premium', model => {
    expect(classify(model)).toEqual({ tier: 'premium', unclassified: true })
  })

  it.each([
    ['gpt-4o-mini-audio-preview', 'mini'],
    ['gpt-4o-audio-preview-2024-12-17', 'premium'],
  ] as const)('the longest family at a hyphen decides: %s is %s', (model, tier) =>
    expect(classify(model).tier).toBe(tier),
  )

  it('lets the operator’s own entries win: exact ids, families, and fine-tuned models', () => {
    const own = classifier(
      new Map([
        ['zephyr', 'mini'],
        ['gpt-4o', 'mini'],
        ['gpt-4o-mini-2024-07-18', 'premium'],
        ['ft:gpt-4o-mini', 'mini'],
      ]),
    )
    expect(
      [
        'zephyr-9-2026-01-01',
        'zephyrus',
        'gpt-4o-2024-11-20',
        'gpt-4o-mini',
        'gpt-4o-mini-2024-07-18',
        'ft:gpt-4o-mini-2024-07-18:acme::x',
      ].map(model => own(model).tier),
    ).toEqual(['mini', 'premium', 'mini', 'mini', 'premium', 'mini'])
  })

  it.each([
    ['gpt-4o-2024-05-13', 'premium', 'the id without its date comes before any family'],
    ['gpt-4o-2024-05-13-x', 'mini', 'the longest family counts, and its date is a part of its name'],
    ['gpt-4o-2024-05-1', 'mini', 'this is no date'],
    ['gpt-4o-2024-5-13', 'mini', 'nor is this'],
    ['gpt-4o-202-05-13', 'mini', 'nor this'],
    ['gpt-4o-abcd-05-13', 'mini', 'nor this'],
    ['gpt-4o-2024-ab-13', 'mini', 'nor this'],
    ['gpt-4o-2024-05-ab', 'mini', 'nor this'],
  ] as const)('%s is %s: %s', (model, tier, _why) => {
    const families = ['gpt-4o-2024', 'gpt-4o-202', 'gpt-4o-abcd', 'gpt-4o-x']
    const own = classifier(new Map(families.map(family => [family, 'mini'])))
    expect(own(model).tier).toBe(tier)
  })

  it.each([
    ['ft:gpt-4o-mini-2024-07-18', 'ft:gpt-4o-mini-2024-07-18:acme:suffix:id', true],
    ['ft:gpt-4o-mini-2024-07-18', 'ft:gpt-4o-mini-2024-07-18:acme::id:ckpt-step-7', true],
    ['ft:gpt-4o-mini-2024-07-18:acme', 'ft:gpt-4o-mini-2024-07-18:acme:suffix:id', true],
    ['ft:gpt-4o-mini', 'ft:gpt-4o-mini-2024-07-18:acme:suffix:id', true],
    ['ft:gpt-4o-mini', 'ft:gpt-4o-mini:acme::id', true],
    ['ft:gpt-4o-mini', 'ft:gpt-4o-minimal:acme::id', false],
    ['ft:gpt-4o-mini-2024-07-18:ac', 'ft:gpt-4o-mini-2024-07-18:acme:suffix:id', false],
    ['ft:gpt-4o-mini', 'gpt-4o-mini', false],
    ['gpt-4o-mini-2024-07-18', 'ft:gpt-4o-mini-2024-07-18:acme:suffix:id', false],
    ['ft', 'ft:gpt-4o-mini-2024-07-18:acme:suffix:id', false],
    ['ft', 'ft-9', true],
    ['zephyr', 'zephyr:latest', true],
    ['zephyr', 'zephyr:7b-q4', true],
    ['zephyr:7b', 'zephyr:7b-q4', true],
    ['zephyr', 'zephyrus', false],
    ['zephyr', 'zephyr', true],
    ['gpt-4o-2024-05-13', 'gpt-4o', false],
    ['gpt-4o', 'gpt-4o-2024-05-13', true],
  ])('the entry %s covers %s: %s', (entry, model, covers) => {
    // A name of the same length that nothing else covers, so that only the entry decides.
    const own = classifier(new Map([[entry, 'mini']]))
    expect(matchesFamily(entry, model)).toBe(covers)
    if (covers || model.startsWith('ft:'))
      expect(own(model)).toEqual({ tier: covers ? 'mini' : 'premium', unclassified: !covers })
  })

  it('does not take a date out of the middle of a name', () => {
    const own = classifier(new Map([['zephyr-x', 'mini']]))
    expect(own('zephyr-2024-05-13-x')).toEqual({ tier: 'premium', unclassified: true })
  })

  it('agrees with a reading of the list from top to bottom, for any name made of known parts', () => {
    const part = fc.constantFrom(
      'ft:gpt',
      'gpt',
      '4o',
      '4o:acme',
      ':',
      '5.6',
      '5',
      'mini',
      'luna',
      'o1',
      '2024-05-13',
      '2024',
      '0613',
      'x',
      '',
    )
    const parts = fc.array(part, { minLength: 1, maxLength: 6 })
    const tier = fc.constantFrom<Tier>('premium', 'mini')
    fc.assert(
      fc.property(parts, fc.array(fc.tuple(fc.nat(20), tier), { maxLength: 4 }), (of, own) => {
        const model = of.join('-')
        // Beginnings of the name, at hyphens and beside them: others could not match.
        const beginnings = own.map(([end, each]): [string, Tier] => [model.slice(0, end), each])
        const overrides = new Map(beginnings.filter(([family]) => family !== ''))
        const listed = new Map<string, Tier>(CATALOGUE.map(entry => [entry.family, entry.tier]))
        for (const [family, each] of overrides) listed.set(family, each)
        const undated = /^(.*)-\d{4}-\d\d-\d\d$/.exec(model)?.[1] ?? model
        const covers = (family: string) => /^[-:]/.test(model.slice(family.length)) && model.startsWith(family)
        const fits = (family: string) => covers(family) && (!model.startsWith('ft:') || family.startsWith('ft:'))
        const families = [...listed.keys()].filter(fits)
        const longest = families.sort((a, b) => b.length - a.length)[0] ?? ''
        const found = listed.get(model) ?? listed.get(undated) ?? listed.get(longest)
        expect(classifier(overrides)(model)).toEqual({ tier: found ?? 'premium', unclassified: found === undefined })
        for (const family of overrides.keys())
          expect(matchesFamily(family, model)).toBe(family === model || family === undated || fits(family))
      }),
      { numRuns: 2000 },
    )
  })

  it('looks a model up once, but remembers no more than ten thousand, and none of a length that is no model’s', () => {
    const own = classifier(new Map())
    const first = own('gpt-4o')
    for (let n = 0; n < 9_999; n++) own(`model-${n}`)
    expect(own('gpt-4o')).toBe(first)
    own('one too many')
    expect(own('gpt-4o')).not.toBe(first)
    expect(own('gpt-4o')).toEqual(first)
    const long = `gpt-4o-${'x'.repeat(200)}`
    expect(own(long)).not.toBe(own(long))
    expect(own(long)).toEqual(first)
  })

  it('ends, and answers, on any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('g', 'p', 't', '-', '4', 'o', ':', '0', ' ') }), model => {
        expect(['premium', 'mini']).toContain(classify(model).tier)
      }),
    )
  })

  it('has each family once, with the date on which it was confirmed', () => {
    const families = CATALOGUE.map(entry => entry.family)
    expect(new Set(families).size).toBe(families.length)
    for (const { confirmed } of CATALOGUE) expect(confirmed).toMatch(/^20\d\d-\d\d-\d\d$/)
  })
})

describe('isFree', () => {
  it.each([
    ['incentivized-tier', true],
    ['Incentivized', true],
    ['data sharing', true],
    ['data-sharing', true],
    ['data_sharing', true],
    ['DataSharing', true],
    ['Data Sharing Tier', true],
    ['default', false],
    ['flex', false],
    ['priority', false],
    ['scale', false],
    ['auto', false],
    ['', false],
  ])('%s: %s', (tier, free) => expect(isFree(tier)).toBe(free))
})
