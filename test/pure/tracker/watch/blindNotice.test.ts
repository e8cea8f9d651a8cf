import { describe, expect, it } from 'vitest'
import type { PollState } from '../../../../src/tracker/store/pollState.ts'
import {
  blindMessage,
  blindNoticeAt,
  failingSinceAfter,
  isOutdated,
  keylessSince,
  seeingMessage,
} from '../../../../src/tracker/watch/blindNotice.ts'
import { sampleMessage } from '../../alerts/sampleMessage.ts'
import { sampleWatch } from '../../alerts/sampleWatch.ts'
import { configOf, memoryOf, NOON_S } from '../sampleMemory.ts'

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
    ['nobody is there to be told: it is noted', {}, { ALERT_WEBHOOK_URL: '' }, 15],
    ['the key is gone', { failures: 0, fault: null, failingSince: NOON }, { OPENAI_ADMIN_KEY: '' }, 15],
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
      id: `blind-abcd1234-${NOON_S}-8`,
      lastSuccess: NOON_S - 2,
      failingSince: NOON_S,
      firedAt: NOON_S + 900,
      trouble: expect.objectContaining({ code: 'upstream_refused', message: expect.stringContaining('(401)') }),
    })
    expect(blindMessage(stateOf({ lastSuccess: null }), configOf(), 8, NOON).lastSuccess).toBe(null)
    // Noted by a clock far ahead: it cannot have been later than the trouble.
    const ahead = stateOf({ lastSuccess: NOON + 600 * MINUTE })
    expect(blindMessage(ahead, configOf(), 8, NOON).lastSuccess).toBe(NOON_S)
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
    expect(seeingMessage(told, 'abcd1234', 9, 1_734_609_999_999)).toEqual({
      ...told,
      kind: 'seeing',
      id: `seeing-abcd1234-${told.failingSince}-9`,
      firedAt: 1_734_609_999,
    })
  })
})

describe('failingSinceAfter', () => {
  const since = (partial: Partial<PollState>, startedAt = NOON) => failingSinceAfter(stateOf(partial), startedAt)

  it('is the first try that failed', () => {
    expect(since({ failingSince: null })).toBe(NOON)
    expect(since({ failingSince: NOON - MINUTE, nextPoll: NOON })).toBe(NOON - MINUTE)
    expect(since({ failingSince: NOON - MINUTE, nextPoll: null })).toBe(NOON - MINUTE)
  })

  it('is not in the future, whatever a clock has noted', () => {
    expect(since({ failingSince: NOON + MINUTE })).toBe(NOON)
  })

  it('counts anew where the tracker was away when it should have tried', () => {
    const failingSince = NOON - 600 * MINUTE
    expect(since({ failingSince, nextPoll: NOON - 15 * MINUTE })).toBe(failingSince)
    expect(since({ failingSince, nextPoll: NOON - 15 * MINUTE - 1 })).toBe(NOON)
  })
})

describe('keylessSince', () => {
  const without = configOf({ OPENAI_ADMIN_KEY: '' })

  it.each<[string, Partial<PollState>, number | null]>([
    ['now, when it is found missing', { failingSince: null }, NOON],
    ['what was noted', { failingSince: NOON - MINUTE }, NOON - MINUTE],
    ['now, where a clock far ahead noted it', { failingSince: NOON + 1 }, NOON],
    ['nothing, where there never was a success', { failingSince: null, lastSuccess: null }, null],
  ])('is %s', (_, state, since) => expect(keylessSince(stateOf(state), without, NOON)).toBe(since))

  it('is nothing with a key', () => expect(keylessSince(stateOf(), configOf(), NOON)).toBe(null))
})

describe('isOutdated', () => {
  const blind = sampleWatch()
  const seeing = sampleWatch({ kind: 'seeing', id: 'seeing-1-8' })

  it.each([
    ['that it is blind, while it is', blind, blind, false],
    ['that it is blind, once it sees', blind, null, true],
    ['that it is blind, of an earlier incident', blind, sampleWatch({ id: 'blind-1-9' }), true],
    ['that it sees, while it does', seeing, null, false],
    ['that it sees, once it is blind again', seeing, blind, true],
    ['an alert, at any time', sampleMessage(), null, false],
    ['an alert, while it is blind', sampleMessage(), blind, false],
  ])('%s', (_, message, blindTold, outdated) => {
    expect(isOutdated(message, stateOf({ blindTold }))).toBe(outdated)
  })
})
