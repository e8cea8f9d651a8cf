import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLabel } from '../../../src/dashboard/words/cleanLabel.ts'
import { clock, clockPair, dayAndClock, dayOf } from '../../../src/dashboard/words/clock.ts'
import { ago, duration } from '../../../src/dashboard/words/duration.ts'
import { fullTokens, percent, plural, shareOf, shortTokens } from '../../../src/dashboard/words/tokens.ts'
import { zoneFor } from '../../../src/dashboard/words/zone.ts'
import { DAY, HOUR } from './usageView.ts'

describe('percent', () => {
  it.each([
    [0, '0\u00a0%'],
    [0.0004, '< 0.1\u00a0%'],
    [0.001, '0.1\u00a0%'],
    [0.29, '29\u00a0%'],
    [0.731204, '73.1\u00a0%'],
    [0.99999, '99.9\u00a0%'],
    [1, '100\u00a0%'],
    [1.129, '112\u00a0%'],
    [12.34, '1,234\u00a0%'],
  ])('writes %d as %s, never rounding up to a limit', (share, text) => expect(percent(share)).toBe(text))
})

describe('shareOf', () => {
  it('has no share of a limit that is not set', () => expect(shareOf(5, 0)).toBeNull())
})

describe('fullTokens and shortTokens', () => {
  const tokens = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.maxSafeInteger().map(Math.abs), fc.nat())
  it('write numbers as English does', () => {
    const full = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
    const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
    fc.assert(
      fc.property(tokens, each => {
        expect([fullTokens(each), fullTokens(-each - 1)]).toEqual([full.format(each), full.format(-each - 1)])
        if (each < 1e15) expect(shortTokens(each)).toBe(short.format(each))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('shortTokens', () => {
  it.each([
    [950, '950'],
    [731_204, '731K'],
    [1_234_567, '1.23M'],
  ])('%i is %s', (tokens, text) => expect(shortTokens(tokens)).toBe(text))
})

describe('plural', () => {
  it('agrees with its number', () => expect([plural(1, 'row'), plural(1_200, 'row')]).toEqual(['1 row', '1,200 rows']))
})

describe('duration', () => {
  it.each([
    [-5, '0 s'],
    [45.9, '45 s'],
    [60, '1 m'],
    [25_920, '7 h 12 m'],
    [7_200, '2 h'],
    [3_599, '59 m'],
    [3_600, '1 h'],
    [86_399, '23 h 59 m'],
    [86_400, '1 d'],
    [172_800, '2 d'],
    [273_600, '3 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text))

  it('does not count the first seconds', () =>
    expect([ago(4), ago(5), ago(65)]).toEqual(['just now', '5 s ago', '1 m ago']))
})

describe('clock', () => {
  const berlin = { name: 'Europe/Berlin', label: 'your time' }
  it('shows the chosen zone beside UTC', () => expect(clock(DAY, berlin)).toBe('00:00 UTC (01:00 your time)'))
  it('has no brackets inside brackets', () => expect(clockPair(DAY, berlin)).toBe('00:00 UTC, 01:00 your time'))
  it('says a time once where both zones agree', () =>
    expect(clock(DAY + 14 * HOUR, { name: 'Atlantic/Reykjavik', label: 'your time' })).toBe('14:00 UTC'))
  it('names days by their UTC date, whatever the zone', () => expect(dayOf('2024-12-19')).toBe('Thu 19 Dec'))
  it('says the day where it is not today', () =>
    expect(dayAndClock(DAY + 14 * HOUR, berlin)).toBe('Thu 19 Dec, 14:00 UTC (15:00 your time)'))
  it('keeps one formatter for each zone', () => {
    const zones = [berlin, { name: 'Asia/Kolkata', label: 'Kolkata' }, berlin, { name: 'UTC', label: '' }]
    expect(zones.map(zone => clock(DAY, zone))).toEqual([
      '00:00 UTC (01:00 your time)',
      '00:00 UTC (05:30 Kolkata)',
      '00:00 UTC (01:00 your time)',
      '00:00 UTC',
    ])
  })
  it('takes the reader’s own zone from the machine, in winter and in summer', () => {
    const own = { name: null, label: 'your time' }
    expect([clock(DAY, own), clock(DAY + 182 * 24 * HOUR + 60, own)]).toEqual([
      '00:00 UTC (20:30 your time)',
      '00:01 UTC (21:31 your time)',
    ])
  })
  it('names every day and month', () => {
    const dates = Array.from({ length: 12 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}-08`)
    expect(dates.map(dayOf).join()).toBe(
      'Thu 8 Jan,Sun 8 Feb,Sun 8 Mar,Wed 8 Apr,Fri 8 May,Mon 8 Jun,Wed 8 Jul,Sat 8 Aug,Tue 8 Sep,Thu 8 Oct,Sun 8 Nov,Tue 8 Dec',
    )
  })
  it('leaves what is not a date alone', () => expect(dayOf('soon')).toBe('soon'))
})

describe('zoneFor', () => {
  it.each([
    ['utc', 'UTC', 'UTC'],
    ['local', null, 'your time'],
    ['America/New_York', 'America/New_York', 'New York'],
    ['Mars/Olympus', null, 'your time'],
  ])('%s is %s', (choice, name, label) => expect(zoneFor(choice)).toEqual({ name, label }))
})

describe('cleanLabel', () => {
  it('keeps markup as the text it is', () =>
    expect(cleanLabel('<script>alert(1)</script>')).toBe('<script>alert(1)</script>'))
  it('drops marks that turn the reading direction', () => expect(cleanLabel('gpt\u202e4o\u2066x')).toBe('gpt4ox'))
  it('drops control characters and what is invisible', () =>
    expect(cleanLabel('a\u0000b\u200bc\nd\ufeff')).toBe('abcd'))
  it('says when nothing is left', () => expect(cleanLabel('\u200b\u202e ')).toBe('(unprintable name)'))
  it('shortens what is long', () => expect(cleanLabel('x'.repeat(5_000))).toBe(`${'x'.repeat(200)}…`))
  it('does not cut a pair of surrogates in two', () => expect(cleanLabel('😀'.repeat(300)).isWellFormed()).toBe(true))
})
