import { describe, expect, it } from 'vitest'
import { blindMessage, blindNoticeAt, seeingMessage } from '../../../src/tracker/blindNotice.ts'
import type { PollState } from '../../../src/tracker/store/pollState.ts'
import { sampleWatch } from '../alerts/sampleWatch.ts'
import { configOf, memoryOf, NOON_S } from './sampleMemory.ts'

const NOON = NOON_S * 1000
const MINUTE = 60_000
const RECEIVER = { ALERT_WEBHOOK_URL: 'https://alerts.example/hook' }
const refused = { kind: 'refused', status: 401, missingScope: null, requestId: null } as const
const stateOf = (partial: Partial<PollState> = {}) =>
  memoryOf({ state: { failures: 1, fault: refused, failingSince: NOON, ...partial } }).state

describe('blindNoticeAt', () => {
  it.each<[string, Partial<PollState>, Record<string, string>, number | null]>([
    ['polls succeed', { failures: 0, fault: null, failingSince: null }, {}, null],
    ['a quarter of an hour after the first failure, on short schedules', {}, { POLL_CRON: '* * * * * *' }, 15],
    ['three slots after the last success, on long ones', {}, { POLL_CRON: '0 * * * *' }, 180],
    ['the later of both', { lastSuccess: NOON - 5 * MINUTE }, { POLL_CRON: '*/15 * * * *' }, 30],
    ['from the first failure, where there never was a success', { lastSuccess: null }, { POLL_CRON: '0 * * * *' }, 180],
    ['the last success was noted by a clock far ahead', { lastSuccess: NOON + 600 * MINUTE }, {}, 15],
    ['the process was down for a day: it has only begun to fail', { lastSuccess: NOON - 1440 * MINUTE }, {}, 15],
    ['they have been told', { blindTold: sampleWatch() }, {}, null],
    ['nobody is there to be told', {}, { ALERT_WEBHOOK_URL: '' }, null],
    ['the key is gone', { failures: 0, fault: null, failingSince: null }, { OPENAI_ADMIN_KEY: '' }, 15],
    ['the key is gone, and was refused before', { failingSince: NOON - MINUTE }, { OPENAI_ADMIN_KEY: '' }, 14],
    [
      'there never was a key',
      { failures: 0, fault: null, failingSince: null, lastSuccess: null },
      { OPENAI_ADMIN_KEY: '' },
      null,
    ],
  ])('%s', (_, state, vars, minutes) => {
    const at = blindNoticeAt(stateOf(state), configOf({ ...RECEIVER, ...vars }))
    expect(at === null ? null : (at - NOON) / MINUTE).toBe(minutes)
  })
})

describe('blindMessage', () => {
  it('carries what is wrong and the times, in seconds', () => {
    const state = stateOf({ lastSuccess: NOON - 1500, failingSince: NOON + 500 })
    expect(blindMessage(state, configOf(), 8, NOON + 15 * MINUTE + 999)).toEqual({
      kind: 'blind',
      id: 'blind-8',
      lastSuccess: NOON_S - 2,
      failingSince: NOON_S,
      firedAt: NOON_S + 900,
      trouble: expect.objectContaining({ code: 'upstream_refused', message: expect.stringContaining('(401)') }),
    })
    expect(blindMessage(stateOf({ lastSuccess: null }), configOf(), 8, NOON).lastSuccess).toBe(null)
  })

  it('names the key that is not there', () => {
    expect(blindMessage(stateOf(), configOf({ OPENAI_ADMIN_KEY: '' }), 8, NOON).trouble.code).toBe('not_configured')
  })

  it.each<[string, Partial<PollState>]>([
    ['no fault', { fault: null }],
    ['no time', { failingSince: null }],
  ])('is not made of %s', (_, state) => {
    expect(() => blindMessage(stateOf(state), configOf(), 8, NOON)).toThrow('trouble that is not there')
  })
})

describe('seeingMessage', () => {
  it('ends what was told, under an id of its own', () => {
    const told = sampleWatch({ lastSuccess: null })
    expect(seeingMessage(told, 9, 1_734_609_999_999)).toEqual({
      ...told,
      kind: 'seeing',
      id: 'seeing-9',
      firedAt: 1_734_609_999,
    })
  })
})
