import { describe, expect, it } from 'vitest'
import { statusNotes } from '../../../src/dashboard/status/statusNotes.ts'
import type { ReadView, StatusView } from '../../../src/wire.ts'
import { channels, channelView, DAY, HOUR, statusView } from './usageView.ts'

/** 10:00 UTC. */
const NOW = DAY + 10 * HOUR
const UTC = { name: 'UTC', label: 'UTC' }
const notesOf = (partial: Partial<StatusView>) => statusNotes(statusView(partial), NOW, UTC)
const read = (partial: Partial<ReadView> = {}): ReadView => ({
  kind: 'hours',
  date: '2024-12-18',
  since: DAY,
  attempts: 4,
  next_attempt_at: NOW + 5 * 60,
  error: { code: 'x', message: 'OpenAI answers with status 500.', action: 'Nothing to do.' },
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

describe('statusNotes', () => {
  it('has nothing to say on a good day', () => expect(notesOf({})).toEqual([]))
  it.each([
    ['no key', { state: 'unconfigured' }, 'OPENAI_ADMIN_KEY is required', 'critical'],
    ['a refused key', { state: 'failing', error }, 'OpenAI refuses the key', 'warn'],
    ['blind', { state: 'blind', error, failures: 9 }, 'OpenAI refuses the key (9 failed polls)', 'critical'],
    [
      'a full stop that would end the sentence',
      { state: 'failing', error: { ...error, message: 'OpenAI answers with status 500.' }, failures: 2 },
      'OpenAI answers with status 500 (2 failed polls)',
      'warn',
    ],
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
      { deliveries: channels(channelView({ state: 'parked', last_status: 410 })) },
      'Webhook slack-1a2b refuses alerts (HTTP 410)',
      'critical',
    ],
    [
      'a webhook that fails',
      { deliveries: channels(channelView({ state: 'retrying', last_error: 'timed out' })) },
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
      'a setting that looks odd',
      { config_hints: [{ name: 'A', message: 'A looks swapped.' }] },
      'A looks swapped.',
      'info',
    ],
    [
      'an unknown model',
      { unclassified_models: ['x'] },
      '1 model is not in the catalogue and counted as premium, the safer side',
      'info',
    ],
  ] as [string, Partial<StatusView>, string, string][])('says what is wrong: %s', (_name, partial, what, tone) => {
    expect(notesOf(partial)).toMatchObject([{ what, tone }])
  })

  const only = (partial: Partial<StatusView>) => notesOf(partial)[0]
  it('says since when, and what to do', () => {
    expect(only({ state: 'unconfigured' })).toEqual({
      tone: 'critical',
      what: 'OPENAI_ADMIN_KEY is required',
      since: null,
      action: 'Set it with `npx wrangler secret put OPENAI_ADMIN_KEY`.',
    })
    expect(only({ state: 'unconfigured', error })).toMatchObject({ action: 'Make a new one.' })
    expect(only({ state: 'failing', error, failures: 1 })).toEqual({
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
    const note = { tone: 'warn', what, since: null, action }
    expect(only({ outbox: { pending: 0, parked, oldest_at: null } })).toEqual(note)
  })
  it('keeps the words of the database, but for their full stop', () => {
    const history = { state: 'failing' as const, message: 'D1 fails: v1.2 is down.', action: null, since: DAY }
    expect(only({ history })).toMatchObject({ what: 'D1 fails: v1.2 is down' })
  })
  it('gives each note a way out', () => {
    expect(only({ deliveries: channels(channelView({ state: 'parked' })) })).toEqual({
      tone: 'critical',
      what: 'Webhook slack-1a2b refuses alerts (no answer)',
      since: null,
      action: 'Make a new webhook URL and set ALERT_WEBHOOK_URL to it.',
    })
    expect(
      only({ deliveries: channels(channelView({ state: 'ok' }), channelView({ state: 'unused' })) }),
    ).toBeUndefined()
    expect(only({ config_problems: [{ name: 'A', message: 'A is odd' }] })).toEqual({
      tone: 'warn',
      what: 'A is odd',
      since: null,
      action: 'Correct it in wrangler.toml or the dashboard and deploy again.',
    })
    expect(only({ unclassified_models: ['x', 'y'] })).toEqual({
      tone: 'info',
      what: '2 models are not in the catalogue and counted as premium, the safer side',
      since: null,
      action: 'Say what they are with MODEL_TIERS.',
    })
  })

  it.each([
    ['hours', '2024-12-18', 'The hours of 2024-12-18 cannot be read'],
    ['day', '2024-12-18', 'The usage of 2024-12-18 cannot be read'],
    ['ticks', '2024-12-18', 'What was missed on 2024-12-18 cannot be read'],
    ['month', undefined, 'Older days cannot be read'],
    ['costs', undefined, 'The costs cannot be read'],
    ['names', undefined, 'The names of projects and keys cannot be read'],
  ] as const)('warns of a read that fails: %s', (kind, date, what) => {
    expect(notesOf({ reads: [read({ kind, date })] })).toMatchObject([{ what, tone: 'warn' }])
  })
  const refusal = { code: 'upstream_missing_scope', message: 'It lacks the scope x.', action: 'Create a key with it.' }
  it.each([
    ['costs', 'The costs cannot be read'],
    ['names', 'The names of projects and keys cannot be read'],
  ] as const)('takes a key that may not read %s for a hint, without counting the tries', (kind, what) => {
    expect(only({ reads: [read({ kind, date: undefined, error: refusal })] })).toEqual({
      tone: 'info',
      what,
      since: null,
      action: 'It lacks the scope x. Create a key with it.',
    })
  })
  it('warns of a scope that the tracker cannot do without', () =>
    expect(only({ reads: [read({ error: refusal })] })).toMatchObject({ tone: 'warn', since: DAY }))
  it.each([
    ['tried once', { attempts: 1 }, 'Nothing to do. Tried once, next at 10:05 UTC.'],
    ['tried again and again', {}, 'Nothing to do. Tried 4 times, next at 10:05 UTC.'],
    [
      'next tried on another day',
      { next_attempt_at: DAY + 25 * HOUR },
      'Nothing to do. Tried 4 times, next at Fri 20 Dec, 01:00 UTC.',
    ],
    ['given up', { next_attempt_at: null }, 'Tried 4 times, given up.'],
  ])('says why a read fails, and what becomes of it: %s', (_name, partial, fate) => {
    expect(only({ reads: [read(partial)] })).toEqual({
      tone: 'warn',
      what: 'The hours of 2024-12-18 cannot be read',
      since: DAY,
      action: `OpenAI answers with status 500. ${fate}`,
    })
  })
  it('does not repeat the reason of the read before', () => {
    const other = { code: 'y', message: 'OpenAI cannot be reached.', action: 'Nothing to do.' }
    const reads = [read(), read({ kind: 'day' }), read({ error: other }), read()]
    expect(notesOf({ reads }).map(({ action }) => action?.split(' Tried')[0])).toEqual([
      'OpenAI answers with status 500. Nothing to do.',
      'The same reason.',
      'OpenAI cannot be reached. Nothing to do.',
      'OpenAI answers with status 500. Nothing to do.',
    ])
  })
  it.each([
    [5, []],
    [6, ['And 1 more read fails']],
    [40, ['And 35 more reads fail']],
  ])('lists five of %i reads that fail', (count, more) => {
    const whats = notesOf({ reads: Array.from({ length: count }, () => read()) }).map(({ what }) => what)
    expect(whats).toEqual([...Array.from({ length: 5 }, () => 'The hours of 2024-12-18 cannot be read'), ...more])
  })

  it('says the worst first, and what only looks odd last', () => {
    const notes = notesOf({
      config_hints: [{ name: 'A', message: 'A' }],
      config_problems: [{ name: 'A', message: 'A' }],
      reads: [read()],
      state: 'blind',
    })
    expect(notes.map(note => note.tone)).toEqual(['critical', 'warn', 'warn', 'info'])
  })
})
