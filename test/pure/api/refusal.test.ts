import { describe, expect, it } from 'vitest'
import { retryAfter } from '../../../src/api/refusal.ts'

describe('retryAfter', () => {
  it.each([
    [5, { 'retry-after': '5' }],
    [4.2, { 'retry-after': '5' }],
    [0, { 'retry-after': '1' }],
    [null, {}],
  ])('of %s s is %j', (seconds, headers) => expect(retryAfter(seconds)).toEqual(headers))
})
