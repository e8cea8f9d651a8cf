import { afterEach, describe, expect, it, vi } from 'vitest'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { claim, settleDelivery } from '../../../src/outbox/settleDelivery.ts'
import { parseChannel } from '../../../src/receivers/channel.ts'
import type { EmailBinding } from '../../../src/receivers/emailBinding.ts'
import { sendWebhook } from '../../../src/receivers/webhookSender.ts'
import { sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleMeans } from './sampleMeans.ts'
import { SAMPLE_URLS, TOKEN } from './sampleUrls.ts'

const NOW = 1_734_603_000_000
const FROM = 'alerts@example.com'

afterEach(() => vi.useRealTimers())

/** An alert sent by email, and what becomes of its delivery. */
async function mail(send: EmailBinding['send'] | null) {
  const parsed = parseChannel(SAMPLE_URLS.email)
  if (!parsed.ok) throw new Error(parsed.reason)
  const claimed = claim(newDelivery('m', parsed.channel.id, NOW), NOW, 0.5)
  const email = { binding: send === null ? null : { send }, from: FROM }
  const result = await sendWebhook(parsed.channel, sampleMessage(), claimed, sampleMeans({ now: NOW, email }))
  expect(JSON.stringify(result)).not.toContain(TOKEN)
  return { result, settled: settleDelivery(claimed, result, NOW, 0.5) }
}

const failing = (error: unknown) => () => Promise.reject(error)
const withCode = (code: unknown) => Object.assign(new Error(`to ${TOKEN}@example.com`), { code })

describe('an email', () => {
  it('goes through the binding, from EMAIL_FROM to the address, as text and HTML', async () => {
    const sent: unknown[] = []
    const { settled } = await mail(async email => void sent.push(email))
    expect(sent).toEqual([
      {
        from: FROM,
        to: `${TOKEN}@example.com`,
        subject: '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%',
        text: expect.stringContaining('850,000 of 1,000,000 tokens used'),
        html: expect.stringContaining('<td>150,000 left</td>'),
      },
    ])
    expect(settled).toMatchObject({ state: 'delivered', lastStatus: null, lastError: null })
  })

  it.each(['E_RATE_LIMIT_EXCEEDED', 'E_DAILY_LIMIT_EXCEEDED', 'E_DELIVERY_FAILED', 'E_INTERNAL_SERVER_ERROR'])(
    'is sent again after %s',
    async code => {
      const { settled } = await mail(failing(withCode(code)))
      expect(settled).toMatchObject({ state: 'pending', dueAt: NOW + 5000, unanswered: 0 })
      expect(settled.lastError).toBe(`the email service answered: not now (${code})`)
    },
  )

  it.each([
    'E_VALIDATION_ERROR',
    'E_FIELD_MISSING',
    'E_CONTENT_TOO_LARGE',
    'E_SENDER_NOT_VERIFIED',
    'E_SENDER_DOMAIN_NOT_AVAILABLE',
    'E_RECIPIENT_NOT_ALLOWED',
    'E_RECIPIENT_SUPPRESSED',
  ])('is given up and shown after %s', async code => {
    const { settled } = await mail(failing(withCode(code)))
    expect(settled).toMatchObject({ state: 'parked', unanswered: 0 })
    expect(settled.lastError).toBe(`the email service answered: it does not take this message (${code})`)
  })

  it.each<[string, unknown]>([
    ['an error without a code', new Error(`to ${TOKEN}@example.com`)],
    ['a code of another form', withCode(`${TOKEN}@example.com`)],
    ['a code that is no text', withCode(7)],
    ['a throw of nothing', null],
  ])('may have arrived after %s, so the next says that it may be a repeat', async (_, error) => {
    const { result, settled } = await mail(failing(error))
    expect(result.outcome).toBe('unknown')
    expect(settled).toMatchObject({ state: 'pending', unanswered: 1 })
  })

  it('may have arrived when the binding says nothing for 15 s', async () => {
    vi.useFakeTimers()
    const mailed = mail(() => new Promise(() => {}))
    await vi.advanceTimersByTimeAsync(15_000)
    expect((await mailed).result.outcome).toBe('unknown')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is refused where nothing is bound', async () => {
    const { settled } = await mail(null)
    expect(settled.lastError).toBe('the email service answered: it needs the binding EMAIL and EMAIL_FROM')
  })
})
