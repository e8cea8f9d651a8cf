import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Delivery } from '../../../src/outbox/delivery.ts'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { claim } from '../../../src/outbox/settleDelivery.ts'
import { type Channel, parseChannel } from '../../../src/receivers/channel.ts'
import { sendWebhook, standardHeaders } from '../../../src/receivers/webhookSender.ts'
import { Secret } from '../../../src/secret.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleMeans } from './sampleMeans.ts'

const KEY = new Secret('whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3')
const NOW = 1_734_603_000_123
const SLACK = 'https://hooks.slack.com/services/T0CANARY/B0CANARY/canary0123456789'
const DISCORD = 'https://discord.com/api/webhooks/1/canary0123456789?thread_id=7'
const GENERIC = 'https://example.com/hooks/canary0123456789?key=canary-key'

function channelAt(url: string): Channel {
  const parsed = parseChannel(url)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.channel
}

const message = sampleMessage()
const first = claim(newDelivery(message.id, 'c', NOW), NOW, 0.5)

/** Sends with this answer from the world; gives the result and what was asked. */
async function send(
  url: string,
  answer: () => Response | Promise<Response>,
  delivery: Delivery = first,
  secret: Secret | null = null,
) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => answer())
  vi.stubGlobal('fetch', fetch)
  const result = await sendWebhook(channelAt(url), message, delivery, sampleMeans({ secret, now: NOW }))
  expect(fetch).toHaveBeenCalledTimes(1)
  const [asked, init] = fetch.mock.calls[0] ?? []
  const body = String(init?.body)
  return { result, asked: String(asked), init, headers: new Headers(init?.headers), body, json: JSON.parse(body) }
}

const ok = () => new Response('ok')

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('sendWebhook', () => {
  it.each([
    ['slack', SLACK, SLACK, ['text', 'blocks']],
    [
      'discord, which must wait for the message to be stored',
      DISCORD,
      `${DISCORD}&wait=true`,
      ['content', 'embeds', 'allowed_mentions'],
    ],
  ])('posts JSON to %s, unsigned and without following redirects', async (_kind, url, target, keys) => {
    const { result, asked, init, headers, json } = await send(url, ok, first, KEY)
    expect(result).toEqual({ outcome: 'delivered', status: 200 })
    expect(asked).toBe(target)
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual' })
    expect(Object.fromEntries(headers)).toEqual({
      'content-type': 'application/json',
      'user-agent': 'openai-usage-tracker',
    })
    expect(Object.keys(json)).toEqual(keys)
  })

  it('signs a generic webhook so that the reference library accepts it', async () => {
    const { headers, body } = await send(GENERIC, ok, first, KEY)
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
    expect(new Webhook(KEY.reveal()).verify(body, Object.fromEntries(headers))).toMatchObject({ tier: 'premium' })
    expect(headers.get('webhook-id')).toBe(message.id)
    expect(headers.get('webhook-timestamp')).toBe('1734603000')
    expect(() => new Webhook(KEY.reveal()).verify(`${body} `, Object.fromEntries(headers))).toThrow(
      'No matching signature',
    )
  })

  it('sends a generic webhook with id and time, unsigned, where no secret is set', async () => {
    const { headers } = await send(GENERIC, ok)
    expect([...headers.keys()].filter(name => name.startsWith('webhook-'))).toEqual(['webhook-id', 'webhook-timestamp'])
  })

  it.each([
    ['the first try', first, false],
    ['a try after no answer', claim(first, NOW, 0.5), true],
    ['a try after an answer', claim({ ...first, unanswered: 0, lastStatus: 503 }, NOW, 0.5), false],
  ])('says whether it may be a repeat: %s', async (_name, delivery, repeat) => {
    expect((await send(GENERIC, ok, delivery)).json.possible_repeat).toBe(repeat)
  })

  it.each([
    ['after a fault of its own, the fields without a type', { lastStatus: 500, attempts: 2 }, true],
    ['at every fourth try, the text alone', { lastStatus: 500, attempts: 4 }, false],
    ['after it refused the body, the text alone', { lastStatus: 400, attempts: 2 }, false],
  ])('sends a generic receiver plainly %s', async (_name, tried, hasFields) => {
    const { json } = await send(GENERIC, ok, { ...first, ...tried, plain: true })
    expect(['type' in json, 'thresholds' in json, typeof json.text]).toEqual([false, hasFields, 'string'])
  })

  it('sends the plain form once the full one was refused', async () => {
    expect(Object.keys((await send(SLACK, ok, { ...first, plain: true })).json)).toEqual(['text'])
  })

  it('does not follow a redirect, and says so', async () => {
    const { result } = await send(
      SLACK,
      () => new Response(null, { status: 302, headers: { location: 'https://evil.test' } }),
    )
    expect(result).toMatchObject({
      outcome: 'refused',
      status: 302,
      error: expect.stringContaining('redirects are not followed'),
    })
  })

  it('takes how long to wait from a Discord answer longer than what it shows', async () => {
    const body = JSON.stringify({ message: 'x'.repeat(500), retry_after: 12.5 })
    const { result } = await send(DISCORD, () => new Response(body, { status: 429 }))
    expect(result).toMatchObject({ outcome: 'failed', retryAfterMs: 12_500 })
  })

  it.each([
    ['an answer that repeats the URL', GENERIC, () => new Response(`Cannot POST ${GENERIC}`, { status: 404 })],
    ['an answer that repeats the path', SLACK, () => new Response(`no ${new URL(SLACK).pathname}`, { status: 500 })],
    ['an answer that repeats a part of it', DISCORD, () => new Response('token canary0123456789', { status: 401 })],
    ['a connection error with the URL in it', SLACK, () => Promise.reject(new TypeError(`Invalid URL: ${SLACK}`))],
    [
      'a connection error with the URL as its code',
      SLACK,
      () => Promise.reject(new TypeError('fetch failed', { cause: { code: SLACK } })),
    ],
    ['a throw of something that is no error', SLACK, () => Promise.reject(SLACK)],
  ])('tells nothing secret after %s', async (_name, url, answer) => {
    const { result } = await send(url, answer, first, KEY)
    expect(result).toHaveProperty('error')
    expect(JSON.stringify(result).toLowerCase()).not.toContain('canary')
  })

  it('counts a connection that broke as unknown, with the code where there is one', async () => {
    const broken = new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    const { result } = await send(SLACK, () => Promise.reject(broken))
    expect(result).toEqual({ outcome: 'unknown', error: 'the connection failed before an answer came (ECONNRESET)' })
  })

  it.each(['ECONNRESET at a.example', 'in ECONNRESET', 'X'])('shows no code like %j', async code => {
    const { result } = await send(SLACK, () => Promise.reject(new TypeError('fetch failed', { cause: { code } })))
    expect(result).toEqual({ outcome: 'unknown', error: 'the connection failed before an answer came' })
  })

  it('shows an answer that comes in pieces, and none where there is none', async () => {
    const bytes = new TextEncoder().encode('café closed')
    const pieces = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.subarray(0, 4))
          controller.enqueue(bytes.subarray(4))
          controller.close()
        },
      })
    expect((await send(SLACK, () => new Response(pieces(), { status: 500 }))).result).toMatchObject({
      error: 'Slack answered 500: a fault on its side (café closed)',
    })
    expect((await send(SLACK, () => new Response(null, { status: 500 }))).result).toMatchObject({
      error: 'Slack answered 500: a fault on its side',
    })
  })

  it('ends after 15 s when nothing answers, though fetch does not heed the abort', async () => {
    vi.useFakeTimers()
    const sent = send(SLACK, () => new Promise<Response>(() => {}))
    await vi.advanceTimersByTimeAsync(15_000)
    const { result, init } = await sent
    expect(result).toEqual({ outcome: 'unknown', error: 'no answer within 15 s' })
    expect(init?.signal?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    [200, 'delivered'],
    [503, 'failed'],
  ])('goes by the status %i when the body drips on past 15 s', async (status, outcome) => {
    vi.useFakeTimers()
    const dripping = () => new ReadableStream({ pull: () => new Promise(() => {}) })
    const sent = send(SLACK, () => new Response(dripping(), { status }))
    await vi.advanceTimersByTimeAsync(15_000)
    expect((await sent).result).toMatchObject({ outcome, status })
  })

  it('reads 4 KiB of an endless answer and cancels the rest, and leaves no timer behind', async () => {
    vi.useFakeTimers()
    let bytes = 0
    let cancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        bytes += 1024
        controller.enqueue(new Uint8Array(1024).fill(97))
      },
      cancel() {
        cancelled = true
      },
    })
    const { result } = await send(GENERIC, () => new Response(endless, { status: 500 }))
    expect(result).toMatchObject({ outcome: 'failed', error: expect.stringMatching(/fault on its side \(a{119}…\)$/) })
    expect(bytes).toBeLessThanOrEqual(6 * 1024)
    expect(cancelled).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('standardHeaders', () => {
  it('makes the signature of the reference vector', () => {
    expect(standardHeaders('msg_1', '{"a":"é"}', KEY, 1_000_000_000_000)).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1000000000',
      'webhook-signature': 'v1,oRlUY6+VjNADHJh7gsE/HvkLv9KD3BDphbNAkL/WmqI=',
    })
  })
})
