import { afterEach, describe, expect, it, vi } from 'vitest'
import { channelView, healthAfter } from '../../../src/outbox/channelHealth.ts'
import type { Delivery } from '../../../src/outbox/delivery.ts'
import { drainDeliveries } from '../../../src/outbox/drainDeliveries.ts'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { isPossibleRepeat } from '../../../src/outbox/possibleRepeat.ts'
import { claim } from '../../../src/outbox/settleDelivery.ts'
import { parseChannel } from '../../../src/receivers/channel.ts'
import { KIND_NAMES } from '../../../src/receivers/kinds.ts'
import { sendWebhook } from '../../../src/receivers/webhookSender.ts'
import type { ChannelKind } from '../../../src/wire.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleMeans } from './sampleMeans.ts'
import { SAMPLE_URLS } from './sampleUrls.ts'

// What becomes of an alert, for every answer and every failure of the wire, with each kind of receiver: from the send
// through the outbox to what the status reports.

const NOW = 1_734_603_000_000
/** Email is carried by no POST; its answers are in email.test.ts. */
const KINDS = KIND_NAMES.filter(kind => kind !== 'email')

/** What only the rich body of a kind has. */
const RICH_MARKS: Record<ChannelKind, string> = {
  slack: '"blocks"',
  discord: '"embeds"',
  teams: '"FactSet"',
  googlechat: '"cardsV2"',
  telegram: '"parse_mode"',
  ntfy: '"title"',
  gotify: '"extras"',
  mattermost: '"attachments"',
  pagerduty: '"custom_details"',
  alertmanager: '"description"',
  email: '"html"',
  generic: '"type"',
}

type Fate =
  /** Said to have arrived; not sent again. */
  | 'delivered'
  /** Due again in 4 to 6 s, as a message that has surely not arrived. */
  | 'retried'
  /** Due again, and the next try says that it may be a repeat. */
  | 'repeated'
  /** Due again likewise, as plain text: the answer may be about the rich body. */
  | 'retried as plain'
  /** Refused at once, rich and as plain text: given up and shown. */
  | 'parked as plain'
  /** Given up and shown. */
  | 'parked'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** An alert owed to a receiver that answers so to every request, and a way to send what is due. */
function alertFor(kind: ChannelKind, answer: (body: string) => Response | Promise<Response>) {
  const sent: string[] = []
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    sent.push(String(init.body))
    return answer(String(init.body))
  })
  const parsed = parseChannel(SAMPLE_URLS[kind])
  if (!parsed.ok) throw new Error(parsed.reason)
  const { channel } = parsed
  let row: Delivery = newDelivery('m', channel.id, NOW)
  const store = (delivery: Delivery) => {
    row = delivery
  }
  const drainAt = (now: number) =>
    drainDeliveries({
      due: () => [{ delivery: row, message: sampleMessage() }],
      mayAsk: () => true,
      claim: store,
      settle: store,
      send: (delivery, message) => sendWebhook(channel, message, delivery, sampleMeans({ now })),
      now: () => now,
      random: () => 0.5,
    })
  return { sent, drainAt, row: () => row, view: () => channelView(channel, healthAfter(null, [], row)) }
}

async function expectFate(
  kind: ChannelKind,
  answer: () => Response | Promise<Response>,
  fate: Fate,
): Promise<Delivery> {
  const { sent, drainAt, row, view } = alertFor(kind, answer)
  const report = await drainAt(NOW)
  const isParked = fate.startsWith('parked')
  const state = fate === 'delivered' ? 'delivered' : isParked ? 'parked' : 'pending'
  expect([row().state, sent.length]).toEqual([state, fate === 'parked as plain' ? 2 : 1])
  expect(report).toEqual({
    delivered: fate === 'delivered' ? 1 : 0,
    failed: state === 'pending' ? 1 : 0,
    parked: isParked ? 1 : 0,
    postponed: false,
  })
  if (state === 'pending') {
    expect(row().dueAt - NOW).toBeGreaterThanOrEqual(4000)
    expect(row().dueAt - NOW).toBeLessThanOrEqual(6000)
    expect(isPossibleRepeat(claim(row(), NOW, 0.5))).toBe(fate === 'repeated')
    expect(row().plain).toBe(fate === 'retried as plain')
  }
  const reported = { delivered: 'ok', pending: 'retrying', parked: 'parked' }[state]
  expect(view()).toMatchObject({ state: reported, last_error: row().lastError, last_status: row().lastStatus })
  if (fate !== 'delivered') expect(row().lastError?.length).toBeGreaterThan(10)
  return row()
}

/** Said by what stands before a receiver while that is away: the body is not to blame at first. */
const AWAY = [502, 503, 504]

/** Each status in exactly one row: what HTTP means by it, and not how it happens to be told apart. */
function fateOf(status: number): Fate {
  if (status >= 200 && status <= 299) return 'delivered'
  if (status < 200 || [408, 425, 429].includes(status)) return 'retried'
  if (status <= 399) return 'parked'
  if (status <= 499) return 'parked as plain'
  return AWAY.includes(status) ? 'retried' : 'retried as plain'
}

/** `Response` takes 200 to 599; an interim answer that is all there is can only be made so. */
function answerOf(status: number): Response {
  if (status >= 200) return new Response(null, { status })
  return { status, headers: new Headers(), body: null } as Response
}

describe.each(KINDS)('an alert for %s', kind => {
  it.each(Array.from({ length: 500 }, (_, n) => [100 + n, fateOf(100 + n)] as const))(
    'is, after %i, %s',
    async (status, fate) => {
      const row = await expectFate(kind, () => answerOf(status), fate)
      expect(row.lastStatus).toBe(status)
    },
  )

  const failing = (code: string) => () => Promise.reject(new TypeError('fetch failed', { cause: { code } }))
  it.each<[string, () => Promise<Response>, string]>([
    ['the name is not found', failing('ENOTFOUND'), 'ENOTFOUND'],
    ['the name server is away', failing('EAI_AGAIN'), 'EAI_AGAIN'],
    ['the connection is refused', failing('ECONNREFUSED'), 'ECONNREFUSED'],
    ['the connection is reset', failing('ECONNRESET'), 'ECONNRESET'],
    ['the other side closes without a word', failing('UND_ERR_SOCKET'), 'UND_ERR_SOCKET'],
    ['the certificate is expired', failing('CERT_HAS_EXPIRED'), 'CERT_HAS_EXPIRED'],
    ['the certificate is its own', failing('DEPTH_ZERO_SELF_SIGNED_CERT'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['the certificate is for another', failing('ERR_TLS_CERT_ALTNAME_INVALID'), 'the connection failed'],
    ['TLS cannot be agreed on', failing('ERR_SSL_WRONG_VERSION_NUMBER'), 'the connection failed'],
    ['workerd says only that it is lost', () => Promise.reject(new Error('Network connection lost.')), 'failed'],
    ['what is thrown is no error', () => Promise.reject('gone'), 'the connection failed'],
  ])('is repeated when %s', async (_, answer, error) => {
    const row = await expectFate(kind, answer, 'repeated')
    expect([row.lastStatus, row.lastError]).toEqual([null, expect.stringContaining(error)])
  })

  it('is repeated when nothing answers within 15 s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const settled = expectFate(kind, () => new Promise<Response>(() => {}), 'repeated')
    await vi.advanceTimersByTimeAsync(15_000)
    expect((await settled).lastError).toBe('no answer within 15 s')
  })

  it.each<[string, () => Response, Fate]>([
    ['a redirect that points elsewhere', () => Response.redirect('https://evil.example/', 307), 'parked'],
    ['200 and a body that breaks', () => new Response(brokenBody(), { status: 200 }), 'delivered'],
    ['503 and a body that breaks', () => new Response(brokenBody(), { status: 503 }), 'retried'],
    ['500 and a body that breaks', () => new Response(brokenBody(), { status: 500 }), 'retried as plain'],
    ['200 and a body without end', () => new Response(endlessBody(), { status: 200 }), 'delivered'],
    ['404 and a body without end', () => new Response(endlessBody(), { status: 404 }), 'parked as plain'],
    ['200 and a body that is no text', () => new Response(new Uint8Array([0xff, 0, 0xc3])), 'delivered'],
  ])('after %s', async (_, answer, fate) => {
    await expectFate(kind, answer, fate)
  })
})

describe.each(KINDS)('an alert for a receiver like %s that takes plain text only', kind => {
  const isRich = (body: string) => body.includes(RICH_MARKS[kind])
  const failures = Array.from({ length: 200 }, (_, n) => 400 + n)

  it.each([
    ['arrives with the same drain', failures.filter(status => status < 500), 0],
    ['arrives five seconds later', failures.filter(status => status >= 500), 5000],
  ])('%s, whatever it answers to the rich body', async (_, statuses, laterMs) => {
    for (const status of statuses) {
      if ([408, 425, 429, ...AWAY].includes(status)) continue
      const answer = (body: string) => new Response(null, { status: isRich(body) ? status : 200 })
      const { sent, drainAt, row } = alertFor(kind, answer)
      await drainAt(NOW)
      if (laterMs > 0) {
        expect([status, row().state, row().dueAt]).toEqual([status, 'pending', NOW + laterMs])
        await drainAt(NOW + laterMs)
      }
      expect([status, row().state, sent.map(isRich)]).toEqual([status, 'delivered', [true, false]])
    }
  })

  it.each(AWAY)('arrives within a minute where it says %i to the rich body', async status => {
    const answer = (body: string) => new Response(null, { status: isRich(body) ? status : 200 })
    const { sent, drainAt, row } = alertFor(kind, answer)
    for (let now = NOW; row().state === 'pending'; now = row().dueAt) {
      expect(now - NOW).toBeLessThan(60_000)
      await drainAt(now)
    }
    expect([row().state, sent.map(isRich)]).toEqual(['delivered', [true, true, true, false]])
  })

  it.each([408, 425, 429])('stays rich after %i, which says nothing of the body', async status => {
    const { sent, drainAt, row } = alertFor(kind, () => new Response(null, { status }))
    for (let drains = 0; row().state === 'pending'; drains++) {
      expect(drains).toBeLessThan(50)
      await drainAt(row().dueAt)
    }
    expect([row().state, sent.every(isRich)]).toEqual(['parked', true])
  })
})

function brokenBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(to) {
      to.error(new TypeError('terminated'))
    },
  })
}

function endlessBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(to) {
      to.enqueue(new Uint8Array(4096).fill(97))
    },
  })
}
