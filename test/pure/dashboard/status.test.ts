import { describe, expect, it } from 'vitest'
import { channelWords } from '../../../src/dashboard/status/channelWords.ts'
import { dataAge, pollInterval } from '../../../src/dashboard/status/dataAge.ts'
import { firstRunSteps } from '../../../src/dashboard/status/firstRunSteps.ts'
import { pollWords } from '../../../src/dashboard/status/pollWords.ts'
import { statusNotes } from '../../../src/dashboard/status/statusNotes.ts'
import { wellWords } from '../../../src/dashboard/status/wellWords.ts'
import type { ChannelView, StatusView } from '../../../src/wire.ts'
import { DAY, HOUR, statusView, usageView } from './usageView.ts'

const zone = { name: 'UTC', label: 'UTC' }
const channel = (partial: Partial<ChannelView>): ChannelView => ({
  channel: 'slack-1a2b',
  kind: 'slack',
  state: 'ok',
  pending: 0,
  parked: 0,
  last_status: null,
  last_error: null,
  next_attempt_at: null,
  last_delivered_at: null,
  ...partial,
})
const error = {
  code: 'x',
  message: 'OpenAI refuses the key',
  action: 'Make a new one.',
  since: DAY,
  upstream_status: 401,
  request_id: null,
}
const channels = (...each: ChannelView[]) => ({ pending: 0, parked: 0, channels: each })

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

describe('statusNotes', () => {
  it('has nothing to say on a good day', () => expect(statusNotes(statusView())).toEqual([]))
  it.each([
    ['no key', { state: 'unconfigured' }, 'OPENAI_ADMIN_KEY is required', 'critical'],
    ['a refused key', { state: 'failing', error }, 'OpenAI refuses the key', 'warn'],
    ['blind', { state: 'blind', error, failures: 9 }, 'OpenAI refuses the key (9 failed polls)', 'critical'],
    ['blind without a reason', { state: 'blind' }, 'No successful poll within three intervals', 'critical'],
    [
      'no migration',
      { history: { state: 'needs_migration', message: 'No such table.', action: 'Run it.', since: DAY } },
      'The history database has no tables yet',
      'warn',
    ],
    [
      'rows that wait',
      {
        history: { state: 'failing', message: null, action: null, since: DAY },
        outbox: { pending: 3, parked: 0, oldest_at: DAY },
      },
      'The history database is failing. 3 rows wait; nothing is lost.',
      'warn',
    ],
    [
      'a parked webhook',
      { deliveries: channels(channel({ state: 'parked', last_status: 410 })) },
      'Webhook slack-1a2b refuses alerts (HTTP 410)',
      'critical',
    ],
    [
      'a webhook that fails',
      { deliveries: channels(channel({ state: 'retrying', last_error: 'timed out' })) },
      'Webhook slack-1a2b fails (timed out); retrying by itself',
      'warn',
    ],
    [
      'a bad variable',
      { config_problems: [{ name: 'POLL_CRON', message: 'is not a schedule' }] },
      'POLL_CRON: is not a schedule',
      'warn',
    ],
    [
      'an unknown model',
      { unclassified_models: ['x'] },
      '1 model is not in the catalogue and counted as premium, the safer side',
      'info',
    ],
  ] as [string, Partial<StatusView>, string, string][])('says what is wrong: %s', (_name, partial, what, tone) => {
    expect(statusNotes(statusView(partial))).toMatchObject([{ what, tone }])
  })

  const only = (partial: Partial<StatusView>) => statusNotes(statusView(partial))[0]
  it('says since when, and what to do', () => {
    expect(only({ state: 'unconfigured' })).toEqual({
      id: 'poll',
      tone: 'critical',
      what: 'OPENAI_ADMIN_KEY is required',
      since: null,
      action: 'Set it with `npx wrangler secret put OPENAI_ADMIN_KEY`.',
    })
    expect(only({ state: 'unconfigured', error })).toMatchObject({ action: 'Make a new one.' })
    expect(only({ state: 'failing', error, failures: 1 })).toEqual({
      id: 'poll',
      tone: 'warn',
      what: 'OpenAI refuses the key',
      since: DAY,
      action: 'Make a new one.',
    })
    expect(only({ state: 'failing' })).toMatchObject({ what: 'The last poll failed', since: null, action: null })
    expect(only({ state: 'starting' })).toBeUndefined()
    expect(only({ state: 'starting', error })).toMatchObject({ what: 'OpenAI refuses the key' })
  })
  it.each([
    [1, '1 history row could not be written and is set aside'],
    [2, '2 history rows could not be written and are set aside'],
  ])('tells of %i rows that D1 refuses', (parked, what) => {
    const action = 'See the Worker’s log for the reason.'
    const note = { id: 'history', tone: 'warn', what, since: null, action }
    expect(only({ outbox: { pending: 0, parked, oldest_at: null } })).toEqual(note)
  })
  it('keeps the words of the database, but for their full stop', () => {
    const history = { state: 'failing' as const, message: 'D1 fails: v1.2 is down.', action: null, since: DAY }
    expect(only({ history })).toMatchObject({ id: 'history', what: 'D1 fails: v1.2 is down' })
  })
  it('gives each note a name and a way out', () => {
    expect(only({ deliveries: channels(channel({ state: 'parked' })) })).toEqual({
      id: 'channel slack-1a2b',
      tone: 'critical',
      what: 'Webhook slack-1a2b refuses alerts (no answer)',
      since: null,
      action: 'Make a new webhook URL and set ALERT_WEBHOOK_URL to it.',
    })
    expect(only({ deliveries: channels(channel({ state: 'ok' }), channel({ state: 'unused' })) })).toBeUndefined()
    expect(only({ config_problems: [{ name: 'A', message: 'A is odd' }] })).toEqual({
      id: 'setting A',
      tone: 'warn',
      what: 'A is odd',
      since: null,
      action: 'Correct it in wrangler.toml or the dashboard and deploy again.',
    })
    expect(only({ unclassified_models: ['x', 'y'] })).toEqual({
      id: 'models',
      tone: 'info',
      what: '2 models are not in the catalogue and counted as premium, the safer side',
      since: null,
      action: 'Say what they are with MODEL_TIERS.',
    })
  })

  it('says the worst first', () => {
    const notes = statusNotes(
      statusView({ unclassified_models: ['x'], config_problems: [{ name: 'A', message: 'A' }], state: 'blind' }),
    )
    expect(notes.map(note => note.tone)).toEqual(['critical', 'warn', 'info'])
  })
})

describe('wellWords', () => {
  it('sums up a good day', () => {
    expect(wellWords(statusView({ deliveries: channels(channel({})) }), DAY + 10 * HOUR + 60, zone)).toEqual({
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
  ] as const)('%o', (partial, text) => expect(channelWords(channel(partial))).toBe(text))
})
