import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nanoUsdOf } from '../../../src/openai/nanoUsd.ts'

describe('nanoUsdOf', () => {
  it.each<[string, number | null]>([
    ['0.06', 60_000_000],
    ['12', 12_000_000_000],
    ['-0.25', -250_000_000],
    ['0', 0],
    ['-0.0', 0],
    ['000.5', 500_000_000],
    ['1e-7', 100],
    ['2.5E-8', 25],
    ['1.5e+2', 150_000_000_000],
    ['0E-10', 0],
    ['0e999999999', 0],
    // Floating point makes 0.30000000000000004 of it.
    ['0.1234567891', 123_456_789],
    ['0.0000000004999999999999999999999', 0],
    ['0.0000000005', 1],
    ['-0.0000000005', -1],
    ['-0.0000000004', 0],
    ['5e-11', 0],
    ['9e-999999999', 0],
    ['0.9999999995', 1_000_000_000],
    ['9007199.254740991', Number.MAX_SAFE_INTEGER],
    ['9007199.254740992', null],
    ['-9007199.2547409915', null],
    ['10000000', null],
    ['1e999', null],
    [`1${'0'.repeat(300)}`, null],
    [`0.${'1'.repeat(398)}`, 111_111_111],
    [`0.${'1'.repeat(399)}`, null],
    ...['', ' 1', '1 ', '+1', '.5', '5.', '1,5', '1_0', '0x10', 'NaN', 'Infinity', '1e', '1e1.5', '--1', '$1', '١'].map(
      (text): [string, null] => [text, null],
    ),
  ])('reads %j as %j billionths', (text, nano) => {
    expect(nanoUsdOf(text)).toBe(nano)
  })

  /** The same by whole numbers of any size, in a second way. */
  function exactly(mantissa: bigint, exponent: number): bigint {
    const places = exponent + 9
    if (places >= 0) return mantissa * 10n ** BigInt(places)
    const unit = 10n ** BigInt(-places)
    const size = mantissa < 0n ? -mantissa : mantissa
    const rounded = (2n * size + unit) / (2n * unit)
    return mantissa < 0n ? -rounded : rounded
  }

  it('is exact for any digits and any place of the point, however they are written', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
        fc.integer({ min: -40, max: 5 }),
        fc.nat({ max: 30 }),
        (mantissa, exponent, shift) => {
          const nano = exactly(mantissa, exponent)
          const expected = Number.isSafeInteger(Number(nano)) && nano <= 9007199254740991n ? Number(nano) : null
          const digits = String(mantissa < 0n ? -mantissa : mantissa).padStart(shift + 1, '0')
          const sign = mantissa < 0n ? '-' : ''
          const point = digits.length - shift
          const fraction = shift === 0 ? '' : `.${digits.slice(point)}`
          const text = `${sign}${digits.slice(0, point)}${fraction}e${exponent + shift}`
          expect([text, nanoUsdOf(text)]).toEqual([text, expected])
        },
      ),
      { numRuns: 2000 },
    )
  })
})
