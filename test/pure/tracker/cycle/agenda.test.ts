import { describe, expect, it } from 'vitest'
import { type Moment, type OwedWork, pollDueAt, restsUntil, wakeTimes } from '../../../../src/tracker/cycle/agenda.ts'
import type { PollState } from '../../../../src/tracker/store/pollState.ts'
import { configOf, memoryOf, NOON_S } from '../sampleMemory.ts'

const NOON = NOON_S * 1000
const MINUTE = 60_000
const MIDNIGHT = NOON + 720 * MINUTE
const refused = { kind: 'refused', status: 401, missingScope: null, requestId: null } as const
const serverError = { kind: 'serverError', status: 503, retryAfterMs: null, requestId: null } as const

/** Ten seconds after the poll of noon, five minutes before the next. */
function momentOf({
  state,
  vars,
  ...partial
}: Partial<Omit<Moment, 'state'>> & { state?: Partial<PollState>; vars?: Record<string, string> } = {}): Moment {
  return {
    now: NOON + 10_000,
    config: configOf(vars),
    napUntil: 0,
    ...partial,
    state: memoryOf({ state: state ?? {} }).state,
  }
}
const nothing: OwedWork = { deliveryAt: null, historyAt: null, readAt: null, noteAt: null }
const afterNoon = (ms: number) => (ms - NOON) / 1000

describe('pollDueAt', () => {
  it.each<[string, Parameters<typeof momentOf>[0], number]>([
    ['the next slot, while all is well', {}, 300],
    [
      'the end of a nap, where that is later',
      { napUntil: NOON + 10_000 + MINUTE, vars: { POLL_CRON: '*/15 * * * * *' } },
      70,
    ],
    ['not the end of a nap that is over', { napUntil: NOON }, 300],
    [
      'the retry that was noted',
      { state: { failures: 1, fault: serverError, nextPoll: NOON + 1_100 }, now: NOON + 500 },
      1.1,
    ],
    [
      'at once, where none was noted',
      { state: { failures: 1, fault: serverError, nextPoll: null }, now: NOON + 500 },
      0.5,
    ],
    [
      'a noted retry is not later than one could be',
      { state: { failures: 1, fault: serverError, nextPoll: NOON + 9e9 } },
      1.25,
    ],
    [
      'the end of a nap before the retry',
      { napUntil: NOON + 20_000, state: { failures: 1, fault: serverError, nextPoll: NOON + 11_000 } },
      20,
    ],
    [
      'a refused key is tried at the next slot first',
      { state: { failures: 1, fault: refused, nextPoll: NOON + 9e9 } },
      300,
    ],
    ['without a key the next slot, to look whether there is one', { vars: { OPENAI_ADMIN_KEY: '' } }, 300],
    ['not before OpenAI wants', { state: { notBefore: NOON + 400_000 } }, 400],
  ])('%s', (_, moment, seconds) => expect(afterNoon(pollDueAt(momentOf(moment)))).toBe(seconds))
})

describe('restsUntil', () => {
  it.each<[number, number]>([
    [NOON + 400_000, 400],
    [NOON + 10_000 + 3_600_000, 3610],
  ])('is what was noted: %i', (notBefore, seconds) => {
    expect(afterNoon(restsUntil(momentOf({ state: { notBefore } })))).toBe(seconds)
  })

  it('is over when a clock that has jumped back noted it', () => {
    expect(restsUntil(momentOf({ state: { notBefore: NOON + 10_001 + 3_600_000 } }))).toBe(0)
  })
})

describe('wakeTimes', () => {
  const times = (moment: Parameters<typeof momentOf>[0], owed: Partial<OwedWork> = {}) =>
    wakeTimes(momentOf(moment), { ...nothing, ...owed }).map(afterNoon)
  const MIDNIGHT_S = afterNoon(MIDNIGHT)
  const POLL_AND_MIDNIGHT = [300, MIDNIGHT_S]

  it('are the next poll and the next midnight, where nothing is owed', () => {
    expect(times({})).toEqual(POLL_AND_MIDNIGHT)
    expect(times({ now: MIDNIGHT })[1]).toBe(MIDNIGHT_S + 86_400)
  })

  it.each<[string, Parameters<typeof momentOf>[0], Partial<OwedWork>, number]>([
    ['a message', {}, { deliveryAt: NOON + 15_000 }, 15],
    ['a message, after a nap', { napUntil: NOON + 20_000 }, { deliveryAt: NOON + 15_000 }, 20],
    ['rows for D1, a second on', {}, { historyAt: NOON }, 11],
    ['rows for D1, when it may be tried again', {}, { historyAt: NOON + 40_000 }, 40],
    ['rows for D1, after a nap', { napUntil: NOON + 20_000 }, { historyAt: NOON }, 20],
    ['reads, a second on', {}, { readAt: NOON }, 11],
    ['reads, at the time of the first', {}, { readAt: NOON + 40_000 }, 40],
    ['reads, after a nap', { napUntil: NOON + 20_000 }, { readAt: NOON }, 20],
    ['reads, when OpenAI may be asked again', { state: { notBefore: NOON + 30_000 } }, { readAt: NOON }, 30],
  ])('hold %s', (_, moment, owed, seconds) => expect(times(moment, owed)[2]).toBe(seconds))

  it('hold the moment when the receivers are to be told that nothing is known', () => {
    const state = { failures: 3, fault: refused, failingSince: NOON }
    const vars = { ALERT_WEBHOOK_URL: 'https://alerts.example/hook' }
    expect(times({ state, vars })).toContain(900)
    expect(times({ state, vars, now: NOON + 900_000, napUntil: NOON + 930_000 })).toContain(930)
  })
})
