import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SendResult } from '../../../src/outbox/delivery.ts'
import { KIND_NAMES, kindNamed } from '../../../src/receivers/kinds.ts'
import type { ChannelKind } from '../../../src/wire.ts'

/** 2024-12-19 10:10:00 UTC. */
const NOW = 1_734_603_000_000
const NONE = new Headers()

const judge = (kind: ChannelKind, status: number, headers: Headers, shown: string) =>
  kindNamed(kind).judge({ status, headers, shown, body: shown, now: NOW })

/** The whole table, each status in exactly one row. */
const MEANINGS: [SendResult['outcome'], (status: number) => boolean][] = [
  ['delivered', status => status >= 200 && status <= 299],
  ['malformed', status => [400, 413, 422].includes(status)],
  ['failed', status => status <= 199 || status >= 500 || [408, 425, 429].includes(status)],
  ['refused', status => status >= 300 && status <= 499 && ![400, 408, 413, 422, 425, 429].includes(status)],
]

describe('judge', () => {
  const statuses = Array.from({ length: 500 }, (_, n) => 100 + n)

  it.each(KIND_NAMES.flatMap(kind => statuses.map(status => [kind, status] as const)))('%s %i', (kind, status) => {
    const rows = MEANINGS.filter(([, holds]) => holds(status)).map(([outcome]) => outcome)
    const result = judge(kind, status, NONE, '')
    expect([result.outcome]).toEqual(rows)
    expect(result).toHaveProperty('status', status)
    if ('error' in result) expect(result.error).toContain(` answered ${status}: `)
  })

  it.each([
    ['slack', 301, 'Slack answered 301: redirects are not followed; set the final URL in ALERT_WEBHOOK_URL (moved)'],
    ['slack', 400, 'Slack answered 400: it does not take this message (moved)'],
    ['discord', 404, 'Discord answered 404: the webhook does not exist any more; set ALERT_WEBHOOK_URL again (moved)'],
    ['generic', 405, 'the receiver answered 405: it refuses the request (moved)'],
    ['generic', 502, 'the receiver answered 502: a fault on its side (moved)'],
    ['slack', 401, 'Slack answered 401: the URL is not valid any more; set ALERT_WEBHOOK_URL again (moved)'],
    [
      'slack',
      403,
      'Slack answered 403: posting there is not allowed; check the receiver or set ALERT_WEBHOOK_URL again (moved)',
    ],
    ['slack', 410, 'Slack answered 410: the webhook is gone; set ALERT_WEBHOOK_URL again (moved)'],
    ['slack', 429, 'Slack answered 429: too many messages (moved)'],
    ['slack', 408, 'Slack answered 408: not now (moved)'],
    ['slack', 199, 'Slack answered 199: no final answer (moved)'],
  ] as const)('tells the operator what %s %i means, and what the receiver said', (kind, status, error) => {
    expect(judge(kind, status, NONE, 'moved')).toMatchObject({ error })
  })

  it('says no more where the receiver said nothing', () => {
    expect(judge('slack', 500, NONE, '')).toMatchObject({
      error: 'Slack answered 500: a fault on its side',
    })
  })

  it.each([
    ['seconds', 'slack', 429, '30', '', 30_000],
    ['seconds with a fraction', 'discord', 429, '0.3', '', 300],
    ['seconds with a longer fraction', 'discord', 429, '0.25', '', 250],
    ['a date of another zone', 'generic', 503, 'Thu, 19 Dec 2024 10:12:00 GMT+0100', '', null],
    ['a date with words before it', 'generic', 503, 'on Thu, 19 Dec 2024 10:12:00 GMT', '', null],
    ['a negative number in the body', 'discord', 429, null, '{"retry_after":-5}', null],
    ['nothing to wait, in the body', 'discord', 429, null, '{"retry_after":0}', 0],
    ['the longest that is believed', 'discord', 429, null, '{"retry_after":1e9}', 1e12],
    ['more than that', 'discord', 429, null, '{"retry_after":1000000001}', null],
    ['an HTTP date', 'generic', 503, 'Thu, 19 Dec 2024 10:12:00 GMT', '', 120_000],
    ['an HTTP date that is past', 'generic', 429, 'Thu, 19 Dec 2024 10:00:00 GMT', '', 0],
    ['Discord, in the body', 'discord', 429, null, '{"retry_after":64.57,"global":true}', 64_570],
    ['Discord, longer in the body', 'discord', 429, '1', '{"retry_after":1.337}', 1_337],
    ['Discord, longer in the header', 'discord', 429, '65', '{"retry_after":64.57}', 65_000],
    [
      'Telegram, in the body',
      'telegram',
      429,
      null,
      '{"ok":false,"error_code":429,"parameters":{"retry_after":14}}',
      14_000,
    ],
    ['Telegram, where there are no parameters', 'telegram', 429, null, '{"ok":false,"retry_after":14}', null],
    ['the field of Discord means nothing elsewhere', 'slack', 429, null, '{"retry_after":64}', null],
    ['nothing', 'slack', 429, null, '', null],
    ['a negative number', 'slack', 429, '-5', '', null],
    ['a number as text in the body', 'discord', 429, null, '{"retry_after":"5"}', null],
    ['a body that is no object', 'discord', 429, null, 'null', null],
    ['a body that is cut', 'discord', 429, null, '{"retry_after":6', null],
    ['words', 'slack', 408, 'soon', '', null],
    ['more digits than time', 'slack', 429, '9'.repeat(40), '', null],
  ] as const)('reads how long to wait: %s', (_name, kind, status, header, body, retryAfterMs) => {
    const headers = new Headers(header === null ? {} : { 'retry-after': header })
    expect(judge(kind, status, headers, body)).toMatchObject({ outcome: 'failed', retryAfterMs })
  })

  it('gives a wait of whole milliseconds or none, whatever the receiver sends', () => {
    const header = fc.string({ unit: fc.constantFrom(...'0123456789.-+eE :GMT,a') })
    const body = fc.oneof(
      fc.json(),
      fc.double().map(n => `{"retry_after":${n}}`),
      fc.string(),
    )
    fc.assert(
      fc.property(header, body, (value, answer) => {
        const result = judge('discord', 429, new Headers({ 'retry-after': value }), answer)
        if (result.outcome !== 'failed') throw new Error(result.outcome)
        if (result.retryAfterMs !== null) expect(Number.isSafeInteger(result.retryAfterMs)).toBe(true)
        expect(result.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 1000 },
    )
  })
})
