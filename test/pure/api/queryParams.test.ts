import { describe, expect, it } from 'vitest'
import { oneOf, only, utcDate, wholeNumber } from '../../../src/api/queryParams.ts'
import { Refusal } from '../../../src/api/refusal.ts'

const params = new URLSearchParams('n=7&twice=1&twice=2&date=2026-11-23&empty=')

describe('query parameters', () => {
  it('that are not given have their fallback', () => {
    expect([
      only(params, 'none'),
      wholeNumber(params, 'none', { min: 1, max: 9, fallback: 5 }),
      utcDate(params, 'none', '2026-01-01'),
      oneOf(params, 'none', ['a', 'b']),
    ]).toEqual([null, 5, '2026-01-01', null])
  })

  it('that are given are taken, also at the bounds', () => {
    expect([
      only(params, 'n'),
      only(params, 'empty'),
      wholeNumber(params, 'n', { min: 7, max: 7, fallback: 5 }),
      utcDate(params, 'date', '2026-01-01'),
      oneOf(params, 'n', ['6', '7']),
    ]).toEqual(['7', '', 7, '2026-11-23', '7'])
  })

  it('that are given twice are refused by whoever asks for them', () => {
    for (const answer of [
      only(params, 'twice'),
      wholeNumber(params, 'twice', { min: 1, max: 9, fallback: 5 }),
      utcDate(params, 'twice', '2026-01-01'),
      oneOf(params, 'twice', ['1', '2']),
    ]) {
      expect(answer).toEqual(new Refusal(400, 'bad_request', 'twice is given 2 times, but must be given once.'))
    }
  })
})
