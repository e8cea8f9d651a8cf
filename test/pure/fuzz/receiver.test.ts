import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { GIVE_UP_AFTER_MS } from '../../../src/outbox/retrySchedule.ts'
import { claim, settleDelivery } from '../../../src/outbox/settleDelivery.ts'
import { parseChannel } from '../../../src/receivers/channel.ts'
import { sendWebhook } from '../../../src/receivers/webhookSender.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleMeans } from '../receivers/sampleMeans.ts'
import { anyText } from './anyBytes.ts'
import { fuzzed, fuzzTimeout } from './fuzzed.ts'

const NOW = 1_801_440_000_000
const TOKEN = 'q7Zp3xVt9LmK2wRdq7Zp3xVt'
const URLS = [
  `https://hooks.slack.com/services/T0CANARY/B0CANARY/${TOKEN}`,
  `https://discord.com/api/webhooks/1/${TOKEN}?thread_id=7`,
  `https://example.com/hooks/${TOKEN}?key=${TOKEN}x`,
]

afterEach(() => vi.unstubAllGlobals())

/** What servers do with the address that they were asked for, and what nobody does. */
const body = fc
  .array(
    fc.oneof(
      anyText,
      fc.constantFrom('<URL>', '<PATH>', '<ENCODED>', TOKEN, `{"retry_after":1e400,"path":"\\/${TOKEN}"}`),
      fc.string({ unit: fc.constantFrom(...'{}"retry_after:0123456789.eE+-'), maxLength: 30 }),
    ),
    { maxLength: 6 },
  )
  .map(parts => parts.join(' '))
const status = fc.integer({ min: 200, max: 599 }).filter(code => ![204, 205, 304].includes(code))
const headerText = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)) })
const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'location', 'content-type', 'set-cookie', 'x-ratelimit-reset-after'),
  fc.oneof(headerText, fc.constantFrom('Infinity', '-1', '1e999', '99999999999', 'Fri, 31 Dec 9999 23:59:59 GMT')),
)

describe('sendWebhook', () => {
  it(
    'ends whatever is answered in a fate with a time, and keeps no part of the address',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...URLS), status, headers, body, async (url, code, fields, text) => {
          const said = text
            .replaceAll('<URL>', url)
            .replaceAll('<PATH>', new URL(url).pathname)
            .replaceAll('<ENCODED>', encodeURIComponent(url))
          vi.stubGlobal('fetch', async () => new Response(said, { status: code, headers: fields }))
          const parsed = parseChannel(url)
          if (!parsed.ok) throw new Error(parsed.reason)
          const claimed = claim(newDelivery('m', parsed.channel.id, NOW), NOW, 0.5)
          const result = await sendWebhook(parsed.channel, sampleMessage(), claimed, sampleMeans({ now: NOW }))
          const settled = settleDelivery(claimed, result, NOW, 0.5)
          expect(Number.isSafeInteger(settled.dueAt)).toBe(true)
          expect(settled.dueAt >= NOW && settled.dueAt <= NOW + GIVE_UP_AFTER_MS).toBe(true)
          const kept = JSON.stringify([result, settled])
          expect(kept).not.toContain(TOKEN.slice(-8))
          expect(kept).not.toContain('CANARY')
          expect(kept.length).toBeLessThan(1500)
        }),
        fuzzed(400),
      )
    },
    fuzzTimeout(),
  )
})
