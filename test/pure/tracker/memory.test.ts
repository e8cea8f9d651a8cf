import { describe, expect, it } from 'vitest'
import { closesAt, openDates, polledDates } from '../../../src/tracker/memory.ts'
import { dayOf, daysOf, memoryOf, NOON_S, sideReadOf } from './sampleMemory.ts'

const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const BEFORE = '2027-03-08'

describe('closesAt', () => {
  it('is 48 h after the end of the day', () => expect(closesAt('2027-03-07')).toBe(Date.UTC(2027, 2, 10) / 1000))
})

describe('openDates', () => {
  const final = { final: true }
  it.each<[string, Parameters<typeof daysOf>, string[]]>([
    ['the days that may still move, and today', [], [BEFORE, YESTERDAY, TODAY]],
    ['all from the oldest open day on', [dayOf('2027-03-06')], ['2027-03-06', '2027-03-07', BEFORE, YESTERDAY, TODAY]],
    ['not those that have closed and only lack hours', [dayOf('2027-03-06', final)], [BEFORE, YESTERDAY, TODAY]],
    ['no fewer because those are already closed', [dayOf(TODAY)], [BEFORE, YESTERDAY, TODAY]],
  ])('are %s', (_, days, dates) => expect(openDates(daysOf(...days), NOON_S)).toEqual(dates))
})

describe('polledDates', () => {
  const days = daysOf(dayOf('2027-03-07'))
  const apart = (...keys: string[]) => keys.map(key => sideReadOf({ kind: 'day', key }))
  it.each<[string, Parameters<typeof memoryOf>[0], string[]]>([
    ['all open dates', {}, ['2027-03-07', BEFORE, YESTERDAY, TODAY]],
    ['those after the last that is read alone', { reads: apart('2027-03-07', BEFORE) }, [YESTERDAY, TODAY]],
    ['today alone, at least', { reads: apart(YESTERDAY, TODAY) }, [TODAY]],
    ['whatever else fails', { reads: [sideReadOf({ key: YESTERDAY })] }, ['2027-03-07', BEFORE, YESTERDAY, TODAY]],
  ])('are %s', (_, partial, dates) => expect(polledDates(memoryOf({ days, ...partial }), NOON_S)).toEqual(dates))
})
