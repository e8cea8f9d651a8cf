import { describe, expect, it } from 'vitest'
import { barScale } from '../../../src/dashboard/tiers/barScale.ts'
import { burnUpSeries } from '../../../src/dashboard/tiers/burnUpSeries.ts'
import { hourlyRows } from '../../../src/dashboard/tiers/hourlyRows.ts'
import { leftLine, outlook } from '../../../src/dashboard/tiers/outlook.ts'
import type { Projection } from '../../../src/dashboard/tiers/projectDay.ts'
import { moveReading, readBurnUp } from '../../../src/dashboard/tiers/readBurnUp.ts'
import { tierState, withForecast } from '../../../src/dashboard/tiers/tierState.ts'
import { DAY, HOUR } from './usageView.ts'

const zone = { name: 'UTC', label: 'UTC' }
const none: Projection = { kind: 'none', reason: 'early' }
const dayEnd = DAY + 24 * HOUR
const range = (low: number, mid: number, high: number, tokens = 500): Projection => ({
  kind: 'range',
  from: { at: DAY + 12 * HOUR, tokens },
  low,
  mid,
  high,
  end: dayEnd,
})

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
  ] as const)('%i of %i is %s', (tokens_used, limit, state) => expect(tierState({ tokens_used, limit })).toBe(state))
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
  const say = (used: number, limit: number, projection: Projection) => outlook({ used, limit, projection, zone })
  it.each([
    [
      'lasts',
      500,
      range(700, 800, 900),
      'Lasts until the reset at this pace; ends between 700 and 900, at most 90\u00a0%',
    ],
    [
      'may_exceed',
      500,
      range(700, 900, 1_500),
      'Lasts at this pace, but a busier rest of the day reaches the limit about 18:00 UTC; ends between 700 and 1.5K',
    ],
    [
      'exceeds',
      500,
      range(900, 1_500, 2_000),
      'At this pace the limit is reached about 18:00 UTC; ends between 900 and 2K',
    ],
    ['over', 1_200, range(1_300, 1_500, 2_000, 1_200), '200 tokens over the limit; ends between 1.3K and 2K'],
    ['over', 1_000, none, 'The limit is used up exactly'],
    ['unknown', 500, none, 'Too early in the day to forecast'],
  ] as const)('%s at %i', (verdict, used, projection, sentence) => {
    expect(say(used, 1_000, projection)).toMatchObject({ verdict, sentence })
  })

  it.each([
    ['over', 1_000, none, 'Over the limit'],
    ['unknown', 500, none, 'No forecast'],
    ['exceeds', 500, range(1_000, 1_000, 1_000), 'On pace to exceed'],
    ['may_exceed', 500, range(700, 900, 1_500), 'May exceed'],
    ['lasts', 500, range(700, 800, 900), 'Lasts until reset'],
  ] as const)('says %s of %i in a few words', (verdict, used, projection, short) => {
    expect(say(used, 1_000, projection)).toMatchObject({ verdict, short })
  })
  it.each([
    ['stale', 'No forecast while the data is stale'],
    ['empty', 'No reading yet today'],
    ['unused', 'Nothing used yet today'],
    ['over_day', 'This day has ended'],
  ] as const)('says why there is no forecast: %s', (reason, sentence) => {
    expect(say(5, 1_000, { kind: 'none', reason }).sentence).toBe(sentence)
  })
  it('says one number where the range has no width, and what it can without a limit', () => {
    expect(say(500, 0, range(800, 800, 800))).toEqual({
      verdict: 'unknown',
      short: 'No limit set',
      sentence: 'No limit set; ends near 800',
    })
  })

  it('has no verdict without a limit', () => expect(say(500, 0, range(7, 8, 9)).verdict).toBe('unknown'))
})

describe('leftLine', () => {
  const line = (used: number, limit: number) =>
    leftLine({ used, limit, resetsAt: dayEnd, now: DAY + 16 * HOUR + 48 * 60, zone })
  it.each([
    [731_204, 1_000_000, '268,796 left · resets in 7 h 12 m (00:00 UTC)'],
    [1_120_400, 1_000_000, '120,400 over · resets in 7 h 12 m (00:00 UTC)'],
    [1_000_000, 1_000_000, '0 left · resets in 7 h 12 m (00:00 UTC)'],
    [5, 0, 'no limit set · resets in 7 h 12 m (00:00 UTC)'],
  ])('%i of %i', (used, limit, text) => expect(line(used, limit)).toBe(text))
})

describe('barScale', () => {
  it('keeps room behind the limit line', () => {
    const scale = barScale({ used: 500, limit: 1_000, projection: none, dayShare: 0.5 })
    expect(scale.limit).toBeCloseTo(96.15, 1)
    expect(scale).toMatchObject({ fill: scale.pace, over: scale.fill, projected: scale.fill })
  })

  it('shrinks instead of clipping once past the limit', () => {
    const scale = barScale({ used: 4_000, limit: 1_000, projection: none, dayShare: 0.5 })
    expect(scale.over).toBeLessThan(100)
    expect(scale.fill).toBe(scale.limit)
    expect(scale.over).toBeGreaterThan((scale.limit ?? 0) * 3)
  })

  it('does not let a wild forecast hide the present', () => {
    const scale = barScale({ used: 500, limit: 1_000, projection: range(900, 90_000, 99_000), dayShare: 0.5 })
    expect(scale.fill).toBe(25)
    expect(scale.projected).toBe(100)
  })

  it('knows neither line nor pace without a limit', () => {
    expect(barScale({ used: 500, limit: 0, projection: none, dayShare: 0.5 })).toMatchObject({
      limit: null,
      pace: null,
    })
  })
})

describe('burnUpSeries', () => {
  const readings = [
    { at: DAY + 300, tokens: 10 },
    { at: DAY + 600, tokens: 30 },
  ]
  it('starts at zero at midnight and leaves what is to come open', () => {
    const { columns } = burnUpSeries({ readings, projection: none, limit: 100, dayStart: DAY, dayEnd })
    expect(columns[0]).toEqual([DAY, DAY + 300, DAY + 600, dayEnd])
    expect(columns[1]).toEqual([0, 10, 30, null])
    expect(columns[3]).toEqual([null, null, null, null])
  })

  it('leaves hours without a reading open instead of drawing them as unused', () => {
    const late = [{ at: DAY + 9 * HOUR, tokens: 30 }]
    const { columns } = burnUpSeries({ readings: late, projection: none, limit: 100, dayStart: DAY, dayEnd })
    expect(columns[0]).toEqual([DAY, DAY + 1, DAY + 9 * HOUR, dayEnd])
    expect(columns[1]).toEqual([0, null, 30, null])
  })

  it('opens the forecast at the last reading', () => {
    const projection = { ...range(40, 50, 60), from: { at: DAY + 600, tokens: 30 } } as Projection
    const { columns, top } = burnUpSeries({ readings, projection, limit: 100, dayStart: DAY, dayEnd })
    expect([columns[2], columns[3], columns[4]]).toEqual([
      [null, null, 30, 40],
      [null, null, 30, 50],
      [null, null, 30, 60],
    ])
    expect(top).toBeCloseTo(108)
  })
})

describe('burnUpSeries at its edges', () => {
  const series = (readings: { at: number; tokens: number }[], projection: Projection = none, limit = 100) =>
    burnUpSeries({ readings, projection, limit, dayStart: DAY, dayEnd })
  it('leaves out readings that are not of the day', () => {
    const { columns, top } = series([
      { at: DAY, tokens: 900 },
      { at: DAY + 300, tokens: 10 },
      { at: dayEnd, tokens: 900 },
    ])
    expect(columns[0]).toEqual([DAY, DAY + 300, dayEnd])
    expect(top).toBeCloseTo(108)
  })
  it('draws two hours without a reading as a line', () => {
    expect(series([{ at: DAY + 2 * HOUR, tokens: 5 }]).columns[1]).toEqual([0, 5, null])
  })
  it('makes room for a forecast, up to three fifths more than the limit', () => {
    expect(series([], range(1, 2, 130)).top).toBeCloseTo(140.4)
    expect(series([], range(1, 2, 9_000)).top).toBeCloseTo(172.8)
  })
})

describe('readBurnUp and moveReading', () => {
  const readings = [1, 2, 3].map(hour => ({ at: DAY + hour * HOUR, tokens: hour * 100 }))
  const question = { readings, projection: range(700, 900, 1_500, 300), limit: 1_000, dayStart: DAY, dayEnd }
  const ranged = {
    ...question,
    projection: { ...question.projection, from: { at: DAY + 3 * HOUR, tokens: 300 } } as Projection,
  }
  it.each([
    [DAY, '00:00 UTC: 0 tokens (0\u00a0%)'],
    [DAY + 2 * HOUR, '02:00 UTC: 200 tokens (20\u00a0%)'],
    [DAY + 2.5 * HOUR, '02:00 UTC: 200 tokens (20\u00a0%)'],
    [DAY + 3 * HOUR, '03:00 UTC: 300 tokens (30\u00a0%)'],
    [DAY + 13.5 * HOUR, '13:30 UTC: forecast 500 to 900'],
    [dayEnd, '00:00 UTC: forecast 700 to 1.5K'],
  ])('reads %i', (at, text) => expect(readBurnUp(ranged, at, zone)).toBe(text))
  it('has no share without a limit', () =>
    expect(readBurnUp({ ...ranged, limit: 0 }, DAY + HOUR, zone)).toBe('01:00 UTC: 100 tokens'))
  it('does not invent what is to come', () =>
    expect(readBurnUp({ ...question, projection: none }, dayEnd, zone)).toBe('00:00 UTC: not known yet'))

  it.each([
    ['ArrowLeft', DAY + 3 * HOUR, DAY + 2 * HOUR],
    ['ArrowRight', DAY + 3 * HOUR, DAY + 4 * HOUR],
    ['Home', DAY + 3 * HOUR, DAY],
    ['End', DAY, dayEnd],
    ['PageDown', DAY + 3 * HOUR, DAY + 2 * HOUR],
    ['ArrowLeft', DAY, DAY],
    ['ArrowDown', DAY + 3 * HOUR, DAY + 2 * HOUR],
    ['ArrowUp', DAY + 3 * HOUR, DAY + 4 * HOUR],
    ['ArrowRight', dayEnd, dayEnd],
    ['ArrowRight', DAY + 3.5 * HOUR, DAY + 4 * HOUR],
    ['PageUp', DAY + 1 * HOUR, DAY + 2 * HOUR],
    ['PageUp', dayEnd, dayEnd],
    ['x', DAY, null],
  ])('%s moves', (key, at, to) => expect(moveReading(question, at, key)).toBe(to))
})

describe('moveReading without a forecast', () => {
  const readings = [DAY, DAY + 300, DAY + 4_200].map(at => ({ at, tokens: 1 }))
  const move = (at: number, key: string, of = readings) =>
    moveReading({ readings: of, projection: none, limit: 1, dayStart: DAY, dayEnd }, at, key)
  it('stops at readings only, each once', () => {
    expect([move(DAY, 'ArrowRight'), move(DAY + 300, 'ArrowRight'), move(DAY, 'End')]).toEqual([
      DAY + 300,
      DAY + 4_200,
      DAY + 4_200,
    ])
    expect(move(DAY + 300, 'PageUp')).toBe(DAY + 4_200)
    expect(move(DAY, 'End', [])).toBe(DAY)
  })
  it('has the hours ahead of a day without a reading', () => {
    const question = { readings: [], projection: range(1, 2, 3), limit: 1, dayStart: DAY, dayEnd }
    expect(moveReading(question, DAY, 'ArrowRight')).toBe(DAY + HOUR)
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
