import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Grants, grantedSince, withGrant } from '../../../src/forecast/grants.ts'
import { type HeadroomQuestion, headroomView, REPORTING_LAG_S } from '../../../src/forecast/headroom.ts'

const MIDNIGHT = Date.UTC(2027, 2, 10) / 1000
const NOON = MIDNIGHT + 12 * 3600

const question = (partial: Partial<HeadroomQuestion> = {}): HeadroomQuestion => ({
  ...{ tier: 'mini', tokens: 100, nowS: NOON, asOfS: NOON, used: 5000, curve: [], limit: 10_000, limitCounts: 'all' },
  ...{ stale: false, granted: 0, busiestHour: 0 },
  ...partial,
})

describe('headroomView', () => {
  it('is the limit less what is used, where nothing has moved for hours', () => {
    expect(headroomView(question())).toMatchObject({ used: 5000, unreported_tokens: 0, usable: 5000, fits: true })
    expect(headroomView(question({ tokens: 5000 })).fits).toBe(true)
    expect(headroomView(question({ tokens: 5001 })).fits).toBe(false)
  })

  it('takes off what the fastest ten minutes of the last hours would have used since the reading and its lag', () => {
    const curve = [
      { timestamp: NOON - 3600, tokens: 3000 },
      { timestamp: NOON - 3000, tokens: 4200 },
      { timestamp: NOON - 300, tokens: 4900 },
    ]
    // 1,200 tokens in 600 s are two a second; 100 s since the reading, and its lag.
    const view = headroomView(question({ curve, nowS: NOON + 100 }))
    expect(view.unreported_tokens).toBe(2 * (REPORTING_LAG_S + 100))
    expect(view.usable).toBe(10_000 - 5000 - view.unreported_tokens)
  })

  it('takes a burst of a minute for the pace of ten, not for one that goes on', () => {
    const curve = [{ timestamp: NOON - 60, tokens: 4400 }]
    expect(headroomView(question({ curve })).unreported_tokens).toBe(600)
  })

  it('counts what strict questions let pass, where that is more', () => {
    expect(headroomView(question({ granted: 700 }))).toMatchObject({ unreported_tokens: 700, usable: 4300 })
  })

  it('says how much more it may be', () => {
    expect(headroomView(question({ granted: 700, busiestHour: 1000 })).error_tokens).toBe(300)
    expect(headroomView(question({ granted: 700, busiestHour: 600 })).error_tokens).toBe(0)
  })

  it('never fits where nothing is left, not even nothing', () => {
    expect(headroomView(question({ used: 10_000, tokens: 0 })).fits).toBe(false)
  })

  it('knows of today only: just after midnight nothing is unreported but what is of today', () => {
    const nowS = MIDNIGHT + 120
    const view = headroomView(question({ nowS, asOfS: MIDNIGHT + 60, used: 60 }))
    expect(view.unreported_tokens).toBe(Math.ceil((60 / 600) * 120))
    expect(view.resets_at).toBe(MIDNIGHT + 86_400)
    expect(headroomView(question({ nowS, asOfS: null, used: 0 })).unreported_tokens).toBe(0)
  })

  it('is never below nothing and never above what the limit leaves', () => {
    const points = fc.array(
      fc.record({ timestamp: fc.integer({ min: NOON - 9000, max: NOON }), tokens: fc.nat(20_000) }),
    )
    fc.assert(
      fc.property(points, fc.nat(20_000), fc.nat(5000), fc.nat(4000), (curve, used, granted, later) => {
        const sorted = [...curve].sort((a, b) => a.timestamp - b.timestamp)
        const { usable, unreported_tokens } = headroomView(
          question({ curve: sorted, used, granted, nowS: NOON + later }),
        )
        expect(usable).toBeGreaterThanOrEqual(0)
        expect(usable).toBeLessThanOrEqual(Math.max(0, 10_000 - used))
        expect(unreported_tokens).toBeGreaterThanOrEqual(granted)
      }),
    )
  })
})

describe('grants', () => {
  it('add up over any stretch, forget what is two hours old, and stay few', () => {
    let grants: Grants = []
    for (let at = NOON; at < NOON + 4 * 3600; at += 3) grants = withGrant(grants, at, 2)
    const now = NOON + 4 * 3600 - 3
    expect(grantedSince(grants, now - 600, now)).toBeGreaterThanOrEqual(400)
    expect(grantedSince(grants, now - 600, now)).toBeLessThanOrEqual(400 + 2 * 8)
    expect(grants.length).toBeLessThanOrEqual(721)
    expect(grantedSince(grants, now + 10, now + 10)).toBe(0)
  })

  it('of a clock that was ahead are forgotten', () => {
    const ahead = withGrant([], NOON + 86_400, 500)
    expect(grantedSince(ahead, NOON - 600, NOON)).toBe(0)
    expect(withGrant(ahead, NOON, 7)).toEqual([[NOON, 7]])
  })
})
