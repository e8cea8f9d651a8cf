import { describe, expect, it } from 'vitest'
import { failedAgain, isSideReadDue, type SideRead, sideRetryAt } from '../../../../src/tracker/reads/sideRead.ts'
import { NOON_S, sideReadOf } from '../sampleMemory.ts'

const NOON = NOON_S * 1000
const MINUTE = 60_000

describe('sideRetryAt', () => {
  it.each([
    [1, 0, 1],
    [2, 0, 2],
    [3, 0, 4],
    [6, 0, 32],
    [7, 0, 60],
    [100_000, 0, 60],
    [1, 0.5, 1.125],
    [9, 0.999_999_999, 75],
  ])('after %i failures and by chance %f it is %f minutes', (attempts, random, minutes) => {
    expect(sideRetryAt(attempts, NOON, random)).toBe(NOON + minutes * MINUTE)
  })
})

describe('isSideReadDue', () => {
  it.each<[string, number | null, boolean]>([
    ['at its time', NOON, true],
    ['not a moment before', NOON + 1, false],
    ['not within the longest wait', NOON + 120 * MINUTE, false],
    ['when a clock that has jumped back noted it', NOON + 120 * MINUTE + 1, true],
    ['never, once given up', null, false],
  ])('%s', (_, nextAt, due) => expect(isSideReadDue(sideReadOf({ nextAt }), NOON)).toBe(due))
})

describe('failedAgain', () => {
  const error = { code: 'c', message: 'm', action: 'a' }
  const failed = { kind: 'hours', key: '2027-03-09', error } as const

  it.each<[string, SideRead | null, Pick<SideRead, 'since' | 'attempts' | 'nextAt'>]>([
    ['the first time', null, { since: NOON, attempts: 1, nextAt: NOON + MINUTE }],
    [
      'for the third time, since the first',
      sideReadOf({ since: NOON - 500, attempts: 2 }),
      { since: NOON - 500, attempts: 3, nextAt: NOON + 4 * MINUTE },
    ],
    [
      'since now, where a clock that has jumped back noted it',
      sideReadOf({ since: NOON + 500, attempts: 1 }),
      { since: NOON, attempts: 2, nextAt: NOON + 2 * MINUTE },
    ],
    [
      'a read that was owed and had not failed',
      sideReadOf({ attempts: 0, error: null }),
      { since: NOON, attempts: 1, nextAt: NOON + MINUTE },
    ],
  ])('%s', (_, held, rest) => expect(failedAgain(held, failed, NOON, 0)).toEqual({ ...failed, ...rest }))
})
