import { describe, expect, it } from 'vitest'
import { clientOf, countWrongTry, type Tries, WrongTries } from '../../../../src/api/auth/wrongTries.ts'

const NOW = 1_800_000_000_000

describe('countWrongTry', () => {
  it('lets typing errors pass, then waits longer each time, then says when to come back', () => {
    let tries: Tries | undefined
    const slowdowns = Array.from({ length: 20 }, () => {
      const counted = countWrongTry(tries, NOW)
      tries = counted.tries
      return counted.slowdown
    })
    expect(slowdowns.slice(0, 5)).toEqual(Array(5).fill({ waitMs: 0, retryAfterSeconds: null }))
    expect(slowdowns[5]).toEqual({ waitMs: 200, retryAfterSeconds: null })
    expect(slowdowns[9]).toEqual({ waitMs: 1000, retryAfterSeconds: null })
    expect(slowdowns[10]).toEqual({ waitMs: 1200, retryAfterSeconds: 60 })
    expect(slowdowns[19]).toEqual({ waitMs: 2000, retryAfterSeconds: 60 })
  })

  it('forgets after a minute', () => {
    const full = { count: 50, since: NOW }
    expect(countWrongTry(full, NOW + 59_000).slowdown.retryAfterSeconds).toBe(1)
    expect(countWrongTry(full, NOW + 60_000)).toEqual({
      tries: { count: 1, since: NOW + 60_000 },
      slowdown: { waitMs: 0, retryAfterSeconds: null },
    })
  })
})

describe('WrongTries', () => {
  it('keeps clients apart', () => {
    const tries = new WrongTries()
    for (let n = 0; n < 20; n++) tries.count('a', NOW)
    expect(tries.count('b', NOW).waitMs).toBe(0)
  })

  it('holds at most a thousand clients and forgets the quiet ones first', () => {
    const tries = new WrongTries()
    for (let n = 0; n < 20; n++) tries.count('talkative', NOW)
    for (let n = 0; n < 5_000; n++) {
      tries.count(`client ${n}`, NOW)
      if (n % 500 === 0) tries.count('talkative', NOW)
    }
    expect(tries.clients).toBe(1_000)
    expect(tries.count('talkative', NOW).waitMs).toBe(2_000)
  })
})

describe('clientOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::a:b:c:d', '2001:db8'],
    ['2001:db8::5', '2001:db8'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ])('%s counts as %s', (address, client) => {
    expect(clientOf(new Headers({ 'cf-connecting-ip': address }))).toBe(client)
  })

  it('has one name for whoever has no address (local runs)', () => {
    expect(clientOf(new Headers())).toBe('local')
  })
})
