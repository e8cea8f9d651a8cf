import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryAfterOf } from '../../src/retryAfter.ts'

const NOW = Date.parse('1994-11-06T08:49:07Z')
const waitOf = (value: string) => retryAfterOf(new Headers({ 'retry-after': value }), NOW)

describe('retryAfterOf', () => {
  it.each([
    ['20', 20_000],
    [' 20 ', 20_000],
    ['0', 0],
    ['0.302', 302],
    ['0.0001', 1],
    ['999999999', 999_999_999_000],
    // The three forms of RFC 9110, 5.6.7; all are UTC, whatever the zone of this machine.
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
    ['Sun Nov  6 08:49:37 1994', 30_000],
    ['Sun Nov 06 08:49:37 1994', 30_000],
    ['Sun, 06 Nov 1994 08:49:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('waits for %j: %i ms', (value, ms) => expect(waitOf(value)).toBe(ms))

  it.each([
    '',
    'soon',
    '-5',
    '+5',
    '5s',
    '1e3',
    '.5',
    '5.',
    '0x10',
    'Infinity',
    '1234567890',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 06 Xyz 1994 08:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 25:49:37 GMT',
    'Abc, -5 GMT',
  ])('cannot read %j', value => expect(waitOf(value)).toBeNull())

  it('waits for nothing without the header', () => expect(retryAfterOf(new Headers(), NOW)).toBeNull())

  it('reads back every second of two centuries that is written as an HTTP date', () => {
    const seconds = fc.integer({ min: Date.UTC(1900) / 1000, max: Date.UTC(2100) / 1000 })
    fc.assert(
      fc.property(seconds, seconds, (at, now) => {
        const headers = new Headers({ 'retry-after': new Date(at * 1000).toUTCString() })
        expect(retryAfterOf(headers, now * 1000)).toBe(Math.max(0, at - now) * 1000)
      }),
    )
  })
})
