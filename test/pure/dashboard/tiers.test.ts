import { describe, expect, it } from 'vitest'
import { moveAlong } from '../../../src/dashboard/charts/moveAlong.ts'
import { barScale } from '../../../src/dashboard/tiers/barScale.ts'
import { type BurnUpQuestion, burnUpSeries } from '../../../src/dashboard/tiers/burnUpSeries.ts'
import { dayCurve, ranOutAt } from '../../../src/dashboard/tiers/dayCurve.ts'
import { hourlyRows } from '../../../src/dashboard/tiers/hourlyRows.ts'
import { leftLine, outlook } from '../../../src/dashboard/tiers/outlook.ts'
import { PAGE_S, readBurnUp, stopsOf } from '../../../src/dashboard/tiers/readBurnUp.ts'
import { markOf, tierState, withForecast } from '../../../src/dashboard/tiers/tierState.ts'
import type { Forecast, ForecastState, LimitCounts } from '../../../src/wire.ts'
import { DAY, forecast, HOUR, point } from './usageView.ts'

const zone = { name: 'UTC', label: 'UTC' }
const dayEnd = DAY + 24 * HOUR
const none = (state: ForecastState) =>
  forecast({ state, chance: null, low_tokens: null, expected_tokens: null, high_tokens: null })

const moveReading = (of: Parameters<typeof stopsOf>[0], at: number, key: string) =>
  moveAlong(stopsOf(of), at, PAGE_S, key)

describe('tierState', () => {
  it.each([
    [0, 1_000, 'ok'],
    [749, 1_000, 'ok'],
    [750, 1_000, 'warn'],
    [899, 1_000, 'warn'],
    [900, 1_000, 'critical'],
    [999, 1_000, 'critical'],
    [1_000, 1_000, 'exceeded'],
    [5_000, 1_000, 'exceeded'],
    [5_000, 0, 'none'],
  ] as const)('%i of %i is %s', (counted_tokens, limit, state) =>
    expect(tierState({ counted_tokens, limit })).toBe(state),
  )
})

describe('withForecast', () => {
  it('warns of a forecast past the limit, and never says more than what has happened', () => {
    expect([withForecast('ok', true), withForecast('ok', false), withForecast('critical', true)]).toEqual([
      'warn',
      'ok',
      'critical',
    ])
  })
})

describe('outlook', () => {
  const say = (counted_tokens: number, limit: number, of: Forecast | null, limit_counts: LimitCounts = 'all') =>
    outlook({ counted_tokens, limit, limit_counts }, of, zone)
  const at = (hour: number) => DAY + hour * HOUR
  const out = { runs_out_at: at(17.5), runs_out_earliest: at(16) }
  it.each([
    ['lasts', 500, forecast(), 'Lasts until the reset; 800 expected at the reset (700 to 900), at most 90\u00a0%'],
    [
      'may_exceed',
      500,
      forecast({ state: 'may_exceed', chance: 0.3, runs_out_earliest: at(16), high_tokens: 1_500 }),
      'May run out (chance 30\u00a0%), from 16:00 UTC on; 800 expected at the reset (700 to 1.5K)',
    ],
    [
      'exceeds',
      500,
      forecast({ state: 'will_exceed', ...out, expected_tokens: 1_500, high_tokens: 2_000 }),
      'Runs out about 17:30 UTC, maybe from 16:00 UTC; 1.5K expected at the reset (700 to 2K)',
    ],
    [
      'exceeds',
      500,
      forecast({ state: 'will_exceed' }),
      'Runs out before the reset; 800 expected at the reset (700 to 900)',
    ],
    [
      'over',
      1_200,
      forecast({ state: 'exceeded', low_tokens: 1_300, expected_tokens: 1_500, high_tokens: 2_000 }),
      '200 tokens over the limit; 1.5K expected at the reset (1.3K to 2K)',
    ],
    ['over', 1_000, null, 'The limit is used up exactly'],
    ['unknown', 500, null, 'No forecast before the first reading'],
    ['unknown', 500, none('early'), 'Too early in the day to forecast'],
    ['unknown', 500, none('stale'), 'No forecast while the data is stale'],
    ['unknown', 0, none('idle'), 'Nothing used, today or on the days before'],
  ] as const)('%s at %i', (verdict, counted, of, sentence) => {
    expect(say(counted, 1_000, of)).toMatchObject({ verdict, sentence })
  })

  it.each([
    ['Over the limit', 1_000, null],
    ['No forecast', 500, none('early')],
    ['Runs out', 500, forecast({ state: 'will_exceed' })],
    ['May run out', 500, forecast({ state: 'may_exceed' })],
    ['Lasts until reset', 500, forecast()],
  ] as const)('says %s in a few words', (short, counted, of) => {
    expect(say(counted, 1_000, of).short).toBe(short)
  })
  it('says one number where the range has no width, and what it can without a limit', () => {
    expect(say(500, 0, forecast({ low_tokens: 800, high_tokens: 800 }))).toEqual({
      verdict: 'unknown',
      short: 'No limit set',
      sentence: 'No limit set; 800 expected at the reset',
    })
  })
  it('counts free tokens and says so where only those count', () =>
    expect(say(1_200, 1_000, null, 'free').sentence).toBe('200 free tokens over the limit'))
})

describe('leftLine', () => {
  const line = (counted_tokens: number, limit: number, limit_counts: LimitCounts = 'all') =>
    leftLine({ counted_tokens, limit, limit_counts }, { resetsAt: dayEnd, now: DAY + 16 * HOUR + 48 * 60, zone })
  it.each([
    [731_204, 1_000_000, '268,796 tokens left · resets in 7 h 12 m (00:00 UTC)'],
    [1_120_400, 1_000_000, '120,400 over · resets in 7 h 12 m (00:00 UTC)'],
    [1_000_000, 1_000_000, '0 tokens left · resets in 7 h 12 m (00:00 UTC)'],
    [5, 0, 'no limit set · resets in 7 h 12 m (00:00 UTC)'],
  ])('%i of %i', (counted, limit, text) => expect(line(counted, limit)).toBe(text))
  it('names free tokens where those count', () => expect(line(400, 1_000, 'free')).toMatch(/^600 free tokens left/))
})

describe('markOf', () => {
  it('is never a plain tick over what is billed', () =>
    expect([markOf('ok', 0), markOf('ok', 1), markOf('critical', 1)]).toEqual(['ok', 'billed', 'critical']))
})

describe('dayCurve', () => {
  const points = [
    { ...point(DAY + 300, 100, 7), premium_free_tokens: 60, mini_free_tokens: 7 },
    point(DAY + 600, 200, 9),
  ]
  it('draws what is compared with the limit, and leaves out readings that do not know it', () => {
    expect(dayCurve(points, 'premium', 'all').map(each => each.tokens)).toEqual([100, 200])
    expect(dayCurve(points, 'premium', 'free').map(each => each.tokens)).toEqual([60])
    expect(dayCurve(points, 'mini', 'all').map(each => each.tokens)).toEqual([7, 9])
  })
  it('knows when the limit was reached', () => {
    const curve = dayCurve(points, 'premium', 'all')
    expect([ranOutAt(curve, 100), ranOutAt(curve, 200), ranOutAt(curve, 201), ranOutAt(curve, 0)]).toEqual([
      DAY + 300,
      DAY + 600,
      null,
      null,
    ])
  })
})

describe('barScale', () => {
  const scale = (partial: Partial<Parameters<typeof barScale>[0]>) =>
    barScale({ counted: 500, free: 500, limit: 1_000, expected: null, dayShare: 0.5, ...partial })
  it('keeps room behind the limit line', () => {
    const found = scale({})
    expect(found.limit).toBeCloseTo(96.15, 1)
    expect(found).toMatchObject({ fill: found.pace, over: found.fill, projected: found.fill, free: found.fill })
  })

  it('shrinks instead of clipping once past the limit', () => {
    const found = scale({ counted: 4_000, free: 900 })
    expect(found.over).toBeLessThan(100)
    expect(found.fill).toBe(found.limit)
    expect(found.over).toBeGreaterThan((found.limit ?? 0) * 3)
    expect(found.free).toBeLessThan(found.limit ?? 0)
  })

  it('tells free from billed on the same scale', () => {
    const found = scale({ free: 300 })
    expect(found.free / found.over).toBeCloseTo(0.6)
  })

  it('does not let a wild forecast hide the present', () => {
    const found = scale({ expected: 90_000 })
    expect(found.fill).toBe(25)
    expect(found.projected).toBe(100)
  })

  it('never draws a forecast below what is used', () => expect(scale({ expected: 10 }).projected).toBe(scale({}).over))

  it('knows neither line nor pace without a limit', () => {
    expect(scale({ limit: 0 })).toMatchObject({ limit: null, pace: null })
  })
})

const question = (partial: Partial<BurnUpQuestion> = {}): BurnUpQuestion => ({
  readings: [
    { at: DAY + 300, tokens: 10 },
    { at: DAY + 600, tokens: 30 },
  ],
  range: null,
  usual: [],
  limit: 100,
  dayStart: DAY,
  dayEnd,
  ...partial,
})

describe('burnUpSeries', () => {
  it('starts at zero at midnight and leaves what is to come open', () => {
    const { columns } = burnUpSeries(question())
    expect(columns[0]).toEqual([DAY, DAY + 300, DAY + 600, dayEnd])
    expect(columns[1]).toEqual([0, 10, 30, null])
    expect(columns[3]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('leaves hours without a reading open instead of drawing them as unused', () => {
    const { columns } = burnUpSeries(question({ readings: [{ at: DAY + 9 * HOUR, tokens: 30 }] }))
    expect(columns[0]).toEqual([DAY, DAY + 1, DAY + 9 * HOUR, dayEnd])
    expect(columns[1]).toEqual([0, null, 30, null])
  })

  it('opens the forecast at the last reading', () => {
    const { columns, top, beyond } = burnUpSeries(question({ range: { low: 40, expected: 50, high: 60 } }))
    expect([columns[2], columns[3], columns[4]]).toEqual([
      [undefined, undefined, 30, 40],
      [undefined, undefined, 30, 50],
      [undefined, undefined, 30, 60],
    ])
    expect(top).toBeCloseTo(108)
    expect(beyond).toBeNull()
  })

  it('draws a usual day without breaking the line of today', () => {
    const usual = [0, 1, 24].map(hour => ({ at: DAY + hour * HOUR, tokens: hour }))
    const { columns } = burnUpSeries(question({ usual }))
    expect(columns[0]).toEqual([DAY, DAY + 300, DAY + 600, DAY + HOUR, dayEnd])
    expect(columns[1]).toEqual([0, 10, 30, undefined, null])
    expect(columns[5]).toEqual([0, undefined, undefined, 1, 24])
  })
  it('leaves out readings that are not of the day', () => {
    const readings = [0, 300, 86_400].map((offset, n) => ({ at: DAY + offset, tokens: n === 1 ? 10 : 900 }))
    const { columns, top } = burnUpSeries(question({ readings }))
    expect(columns[0]).toEqual([DAY, DAY + 300, dayEnd])
    expect(top).toBeCloseTo(108)
  })
  it('draws two hours without a reading as a line', () => {
    expect(burnUpSeries(question({ readings: [{ at: DAY + 2 * HOUR, tokens: 5 }] })).columns[1]).toEqual([0, 5, null])
  })
  it('makes room for a forecast, up to three fifths more than the limit, and says where it goes on to', () => {
    const of = (high: number) => burnUpSeries(question({ readings: [], range: { low: 1, expected: 2, high } }))
    expect(of(130).top).toBeCloseTo(140.4)
    expect(of(9_000).top).toBeCloseTo(172.8)
    expect([of(130).beyond, of(9_000).beyond]).toEqual([null, 9_000])
  })
})

describe('readBurnUp, and the keys on it', () => {
  const readings = [1, 2, 3].map(hour => ({ at: DAY + hour * HOUR, tokens: hour * 100 }))
  const asked = question({ readings, range: { low: 700, expected: 900, high: 1_500 }, limit: 1_000 })
  it.each([
    [DAY, '00:00 UTC: 0 tokens (0\u00a0%)'],
    [DAY + 2 * HOUR, '02:00 UTC: 200 tokens (20\u00a0%)'],
    [DAY + 2.5 * HOUR, '02:00 UTC: 200 tokens (20\u00a0%)'],
    [DAY + 3 * HOUR, '03:00 UTC: 300 tokens (30\u00a0%)'],
    [DAY + 13.5 * HOUR, 'Reset: 900 expected, 700 to 1.5K'],
    [dayEnd, 'Reset: 900 expected, 700 to 1.5K'],
  ])('reads %i', (at, text) => expect(readBurnUp(asked, at, zone)).toBe(text))
  it('has no share without a limit', () =>
    expect(readBurnUp({ ...asked, limit: 0 }, DAY + HOUR, zone)).toBe('01:00 UTC: 100 tokens'))
  it('does not invent what is to come', () =>
    expect(readBurnUp({ ...asked, range: null }, dayEnd, zone)).toBe('00:00 UTC: not known yet'))

  it.each([
    ['ArrowLeft', DAY + 3 * HOUR, DAY + 2 * HOUR],
    ['ArrowRight', DAY + 2 * HOUR, DAY + 3 * HOUR],
    ['ArrowRight', DAY + 3 * HOUR, dayEnd],
    ['Home', DAY + 3 * HOUR, DAY],
    ['End', DAY, dayEnd],
    ['PageDown', DAY + 3 * HOUR, DAY + 2 * HOUR],
    ['ArrowLeft', DAY, DAY],
    ['ArrowDown', DAY + 3 * HOUR, DAY + 2 * HOUR],
    ['ArrowUp', DAY + 1 * HOUR, DAY + 2 * HOUR],
    ['ArrowRight', dayEnd, dayEnd],
    ['PageUp', DAY + 1 * HOUR, DAY + 2 * HOUR],
    ['PageUp', dayEnd, dayEnd],
    ['x', DAY, null],
  ])('%s moves', (key, at, to) => expect(moveReading(asked, at, key)).toBe(to))
})

describe('the keys without a forecast', () => {
  const readings = [DAY, DAY + 300, DAY + 4_200].map(at => ({ at, tokens: 1 }))
  const move = (at: number, key: string, of = readings) => moveReading(question({ readings: of }), at, key)
  it('stops at readings only, each once', () => {
    expect([move(DAY, 'ArrowRight'), move(DAY + 300, 'ArrowRight'), move(DAY, 'End')]).toEqual([
      DAY + 300,
      DAY + 4_200,
      DAY + 4_200,
    ])
    expect(move(DAY + 300, 'PageUp')).toBe(DAY + 4_200)
    expect(move(DAY, 'End', [])).toBe(DAY)
  })
})

describe('hourlyRows', () => {
  it('keeps the last reading of each hour and what it added', () => {
    const readings = [300, 3_300, 3_900, 7_500].map((offset, i) => ({ at: DAY + offset, tokens: (i + 1) * 10 }))
    expect(hourlyRows(readings, DAY)).toEqual([
      { at: DAY + 3_300, tokens: 20, added: 20 },
      { at: DAY + 3_900, tokens: 30, added: 10 },
      { at: DAY + 7_500, tokens: 40, added: 10 },
    ])
  })
})
