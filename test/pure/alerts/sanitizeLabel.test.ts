import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sanitizeLabel } from '../../../src/alerts/sanitizeLabel.ts'

describe('sanitizeLabel', () => {
  it.each([
    ['plain text stays', 'gpt-4o', 'gpt-4o'],
    ['line breaks become a space', 'a\r\nb\tc', 'a b c'],
    ['control characters go', 'a\u0000\u001b[31mb\u0085', 'a[31mb'],
    ['bidi overrides go', 'gpt\u202eo4-tpg\u2066x\u2069', 'gpto4-tpgx'],
    ['zero-width characters go', 'g\u200bp\u200dt\ufeff', 'gpt'],
    ['tag characters and private use go', 'a\u{e0041}\ue000b', 'ab'],
    ['lone surrogates go', 'a\ud800b', 'ab'],
    ['composed characters are composed', 'e\u0301', 'é'],
    ['and composed also where something invisible held them apart', 'e\u200b\u0301', 'é'],
    ['text of the most characters stays', 'x'.repeat(64), 'x'.repeat(64)],
    ['long text ends in an ellipsis', 'x'.repeat(70), `${'x'.repeat(63)}…`],
    ['characters are not cut in half', '🙂'.repeat(70), `${'🙂'.repeat(63)}…`],
  ])('%s', (_name, foreign, shown) => expect(sanitizeLabel(foreign)).toBe(shown))

  it('leaves one well-formed line of at most 64 characters, and nothing to do a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), foreign => {
        const shown = sanitizeLabel(foreign)
        expect([...shown].length).toBeLessThanOrEqual(64)
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u)
        expect(shown.isWellFormed()).toBe(true)
        expect(sanitizeLabel(shown)).toBe(shown)
      }),
      { numRuns: 1000 },
    )
  })
})
