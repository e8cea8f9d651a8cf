import { describe, expect, it } from 'vitest'
import { dueHourReads } from '../../../src/tracker/hourReads.ts'
import type { Memory } from '../../../src/tracker/memory.ts'
import type { Day } from '../../../src/tracker/store/dayStore.ts'
import { FRESH_STATE } from '../../../src/tracker/store/pollState.ts'

const NOON_S = Date.UTC(2027, 2, 10, 12) / 1000
const HOUR_S = 3600
const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'

/** An open day whose hours were read at `hoursReadS`, complete unless its revision has moved on. */
function day(date: string, hoursReadS: number, partial: Partial<Day> = {}): Day {
  return {
    ...{ date, revision: 3, final: false, tracked: true, limits: { premium: 1, mini: 1 } },
    ...{ hoursReadS, hoursRevision: 3, groups: new Map(), ...partial },
  }
}

function memory(...days: Day[]): Memory {
  const state = { ...FRESH_STATE, firstSuccess: 1, lastSuccess: NOON_S * 1000 }
  return { state, days: new Map(days.map(day => [day.date, day])), fired: new Map(), gaps: [] }
}

const due = (...days: Day[]) => dueHourReads(memory(...days), NOON_S + 100, '*/15 * * * *')

describe('dueHourReads', () => {
  it('reads today once in an hour, though nothing is missing', () => {
    expect(due(day(TODAY, NOON_S - 1))).toEqual([TODAY])
    expect(due(day(TODAY, NOON_S + 50))).toEqual([])
  })

  it('reads another open day only when its hours do not add up', () => {
    expect(due(day(YESTERDAY, NOON_S - HOUR_S))).toEqual([])
    expect(due(day(YESTERDAY, NOON_S - 1, { revision: 4 }))).toEqual([YESTERDAY])
  })

  it('does not ask for a moved day again in the same hour before the third slot', () => {
    expect(due(day(YESTERDAY, NOON_S + 10, { revision: 4 }))).toEqual([])
    const at = NOON_S + 46 * 60
    expect(dueHourReads(memory(day(YESTERDAY, NOON_S + 10, { revision: 4 })), at, '*/15 * * * *')).toEqual([YESTERDAY])
  })

  it('reads at once what a clock that was hours ahead noted as read', () => {
    expect(due(day(TODAY, NOON_S + 11 * HOUR_S))).toEqual([TODAY])
    expect(due(day(YESTERDAY, NOON_S + 11 * HOUR_S, { revision: 4 }))).toEqual([YESTERDAY])
  })
})
