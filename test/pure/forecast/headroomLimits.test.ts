import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CurvePoint } from '../../../src/forecast/dayUse.ts'
import { type HeadroomQuestion, headroomView } from '../../../src/forecast/headroom.ts'
import { DAY, HOUR } from './days.ts'

const MIDNIGHT = DAY
const DAY_S = 24 * HOUR
const NOON = MIDNIGHT + 12 * HOUR
const LIMIT = 1_000_000
const MINUTE = 60

const ask = (partial: Partial<HeadroomQuestion> = {}) =>
  headroomView({
    tier: 'premium',
    tokens: 0,
    nowS: NOON,
    asOfS: NOON,
    used: 0,
    curve: [],
    limit: LIMIT,
    limitCounts: 'all',
    stale: false,
    granted: 0,
    busiestHour: 0,
    ...partial,
  })

describe('headroom', () => {
  it('is the limit less what is used, where nothing has moved for two hours', () => {
    const curve = [0, 30, 60, 90].map(ago => ({ timestamp: NOON - (90 - ago) * MINUTE, tokens: 400_000 }))
    expect(ask({ used: 400_000, curve, tokens: 600_000 })).toMatchObject({
      used: 400_000,
      unreported_tokens: 0,
      usable: 600_000,
      fits: true,
      resets_at: MIDNIGHT + DAY_S,
    })
    expect(ask({ used: 400_000, curve, tokens: 600_001 }).fits).toBe(false)
  })

  it('leaves for what is not reported yet as much as the fastest stretch would use since the last reading could know', () => {
    const curve = [0, 5, 10, 15].map(at => ({ timestamp: NOON - (20 - at) * MINUTE, tokens: at * 10_000 }))
    // 10,000 a minute, over the ten minutes that OpenAI takes and the five since it was asked.
    expect(ask({ asOfS: NOON - 5 * MINUTE, used: 150_000, curve }).unreported_tokens).toBe(150_000)
  })

  it('of nothing left fits not even nothing, and is never below it', () => {
    expect(ask({ used: LIMIT })).toMatchObject({ usable: 0, fits: false })
    expect(ask({ used: 3 * LIMIT, tokens: 1 })).toMatchObject({ usable: 0, fits: false })
  })

  it('is never negative and never more than the limit leaves, whatever the clocks and the corrections', () => {
    const point = fc.record({ timestamp: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }), tokens: fc.nat(2 * LIMIT) })
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 30 }),
        fc.nat(2 * LIMIT),
        fc.option(fc.integer({ min: -2 * DAY_S, max: 2 * DAY_S })),
        fc.integer({ min: 0, max: DAY_S - 1 }),
        (points, used, ahead, second) => {
          const nowS = MIDNIGHT + second
          const curve = points
            .map(({ timestamp, tokens }) => ({ timestamp: nowS + timestamp, tokens }))
            .sort((a, b) => a.timestamp - b.timestamp)
          const view = ask({ nowS, asOfS: ahead === null ? null : nowS + ahead, used, curve })
          expect(view.unreported_tokens).toBeGreaterThanOrEqual(0)
          expect(view.usable).toBe(Math.max(0, LIMIT - used - view.unreported_tokens))
        },
      ),
      { numRuns: 1000, examples: [[[], 0, 3 * HOUR, 12 * HOUR]] },
    )
  })

  /** A day of tokens a minute: OpenAI tells of each `lag` minutes later, and is asked every five. */
  function dayOf(perMinute: readonly number[], lag: number, gate: { tokens: number; every: number }) {
    const spent = [...perMinute]
    const sum = (to: number) => spent.slice(0, Math.max(0, to)).reduce((all, tokens) => all + tokens, 0)
    const curve: CurvePoint[] = []
    let let_through = 0
    for (let minute = 1; minute < 24 * 60; minute++) {
      const nowS = MIDNIGHT + minute * MINUTE
      if (minute % 5 === 0) curve.push({ timestamp: nowS, tokens: sum(minute - lag) })
      if (minute % gate.every !== 0) continue
      const asked = curve.at(-1)
      const view = ask({
        nowS,
        asOfS: asked?.timestamp ?? nowS,
        used: asked?.tokens ?? 0,
        curve: curve.filter(({ timestamp }) => timestamp >= nowS - 2 * HOUR),
        tokens: gate.tokens,
      })
      if (!view.fits) continue
      const before = sum(minute)
      spent[minute] = (spent[minute] ?? 0) + gate.tokens
      let_through += gate.tokens
      const unseen = before - view.used
      // What strict lets pass pays for no more than the estimate of the unreported was short by.
      expect(before + gate.tokens - LIMIT).toBeLessThanOrEqual(Math.max(0, unseen - view.unreported_tokens))
    }
    return { let_through, total: sum(24 * 60) }
  }

  it('against a ledger ten minutes late: what passes pays for no more than the unreported was underestimated by', () => {
    const minutes = fc.array(fc.nat(4_000), { minLength: 24 * 60, maxLength: 24 * 60 })
    fc.assert(
      fc.property(
        minutes,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1_000, max: 50_000 }),
        (day, lag, tokens) => {
          dayOf(day, lag, { tokens, every: 3 })
        },
      ),
      { numRuns: 20 },
    )
  })

  it('against a ledger ten minutes late: at a steady pace nothing that passes is ever paid for, and nearly all is used', () => {
    const { let_through, total } = dayOf(Array(24 * 60).fill(200), 10, { tokens: 2_000, every: 5 })
    expect(let_through).toBeGreaterThan(500_000)
    // The steady use itself goes on after the limit: what was let through was not beyond it.
    expect(total - 24 * 60 * 200).toBe(let_through)
    const spent = Array(24 * 60).fill(1_000)
    expect(dayOf(spent, 10, { tokens: 5_000, every: 10 }).total).toBeGreaterThan(LIMIT)
  })
})
