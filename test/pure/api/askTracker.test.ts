import { describe, expect, it } from 'vitest'
import { troubleOf } from '../../../src/api/askTracker.ts'

describe('troubleOf', () => {
  it.each([
    [{ overloaded: true, retryable: true }, 'overloaded'],
    [{ retryable: true }, 'disconnected'],
    [{ durableObjectReset: true }, 'disconnected'],
    [new Error('a bug'), 'own_fault'],
    ['text', 'own_fault'],
    [null, 'own_fault'],
  ] as const)('%o is %s', (error, trouble) => {
    expect(troubleOf(error)).toBe(trouble)
  })
})
