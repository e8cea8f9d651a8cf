import { describe, expect, it } from 'vitest'
import { dataAge, pollInterval } from '../../../src/dashboard/status/dataAge.ts'
import { firstRunSteps } from '../../../src/dashboard/status/firstRunSteps.ts'
import { pollWords } from '../../../src/dashboard/status/pollWords.ts'
import { wellWords } from '../../../src/dashboard/status/wellWords.ts'
import { channelWords } from '../../../src/dashboard/views/status/channelWords.ts'
import { channels, channelView, DAY, HOUR, statusView, usageView } from './usageView.ts'

const zone = { name: 'UTC', label: 'UTC' }

describe('pollInterval', () => {
  it.each([
    ['*/5 * * * *', 300],
    ['* * * * *', 60],
    ['*/10 * * * * *', 10],
    ['0 * * * *', 300],
    ['  */5   *  * * *', 300],
    ['*/2 * * * * *', 5],
    ['7*/5 * * * *', 300],
    ['1,* * * * *', 300],
    ['', 300],
  ])('%s polls every %i s', (poll_cron, seconds) => expect(pollInterval(statusView({ poll_cron }))).toBe(seconds))
})

describe('pollInterval of other schedules', () => {
  const between = (last_attempt: number | null, next_poll: number | null) =>
    pollInterval(statusView({ poll_cron: '0 */6 * * *', last_attempt, next_poll }))
  it('is the distance to the next poll, five minutes at least, and where nothing is known', () => {
    expect([between(DAY, DAY + 6 * HOUR), between(DAY, DAY + 60), pollInterval(null)]).toEqual([21_600, 300, 300])
    expect([between(null, DAY), between(DAY, null)]).toEqual([300, 300])
  })
})

describe('dataAge', () => {
  const at = DAY + 10 * HOUR
  it.each([
    ['young', 300, 'fresh'],
    ['one missed poll', 620, 'fresh'],
    ['two polls and the grace', 630, 'fresh'],
    ['two missed polls', 640, 'stale'],
  ])('%s', (_name, age, kind) => expect(dataAge(usageView(), statusView(), at + age)).toEqual({ kind, seconds: age }))
  it('believes the server', () => expect(dataAge(usageView({ stale: true }), statusView(), at).kind).toBe('stale'))
  it('is none before the first answer', () =>
    expect(dataAge(usageView({ last_updated: null }), null, at).kind).toBe('none'))
})

describe('wellWords', () => {
  it('sums up a good day', () => {
    expect(wellWords(statusView({ deliveries: channels(channelView()) }), DAY + 10 * HOUR + 60, zone)).toEqual({
      what: 'The tracker is well',
      more: ' · polled 10:00 UTC · next poll in 4 m · alerts go to 1 webhook',
    })
  })
})

describe('pollWords', () => {
  const view = {
    success: true as const,
    date: '2024-12-19',
    premium_tokens: 1_200,
    mini_tokens: 5,
    alerts_triggered: 1,
    cached: false,
  }
  const problem = { type: '', title: 'Too many', status: 429, detail: 'OpenAI asks to wait.', code: 'x' }
  it.each([
    ['a result', { kind: 'done', at: 0, view }, 'Polled: premium 1,200, mini 5, 1 new alert'],
    [
      'the cooldown',
      { kind: 'done', at: 0, view: { ...view, cached: true } },
      'Just polled already: premium 1,200, mini 5',
    ],
    [
      'a failure',
      { kind: 'failed', at: 0, problem, retryAfter: 30 },
      'Poll failed: OpenAI asks to wait. Try again in 30 s.',
    ],
  ] as const)('tells of %s', (_name, outcome, text) => expect(pollWords(outcome)?.text).toBe(text))
  it('has nothing to tell before', () => expect(pollWords({ kind: 'busy' })).toBeNull())
})

describe('firstRunSteps', () => {
  it('lists what is missing', () => {
    const steps = firstRunSteps(statusView({ state: 'unconfigured', last_success: null }))
    expect(steps.map(step => step.done)).toEqual([true, false, false, true, false])
  })
})

describe('channelWords', () => {
  it.each([
    [{ state: 'ok' }, 'works'],
    [{ state: 'retrying', last_status: 503, pending: 2 }, 'retrying (HTTP 503), 2 waiting'],
    [{ state: 'parked', last_status: 404, parked: 1 }, 'given up (HTTP 404), 1 set aside'],
    [{ state: 'unused' }, 'not used yet'],
  ] as const)('%o', (partial, text) => expect(channelWords(channelView(partial))).toBe(text))
})
