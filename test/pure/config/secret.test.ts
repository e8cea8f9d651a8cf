import { describe, expect, it } from 'vitest'
import { Secret } from '../../../src/secret.ts'

describe('Secret', () => {
  const secret = new Secret('canary')

  it('says nothing in a text or in JSON, and is told only where it is asked for', () => {
    expect(`${secret}`).toBe('[redacted]')
    expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}')
    expect(Object.keys(secret)).toEqual([])
    expect(secret.reveal()).toBe('canary')
  })
})
