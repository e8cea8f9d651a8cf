import { describe, expect, it } from 'vitest'
import { redact } from '../../../src/api/redact.ts'

describe('redact', () => {
  it('takes out each secret, and each of several webhooks', () => {
    const vars = {
      OPENAI_ADMIN_KEY: 'sk-admin-canary',
      ALERT_WEBHOOK_URL: 'https://hooks.example/one, https://hooks.example/one/two',
      PREMIUM_TIER_LIMIT: '1000000',
    }
    const text = 'Bearer sk-admin-canary to https://hooks.example/one/two and https://hooks.example/one of 1000000'
    expect(redact(text, vars)).toBe('Bearer [redacted] to [redacted] and [redacted] of 1000000')
  })

  it('takes out what is long enough to be one, each of a list once, and leaves shorter words', () => {
    const vars = {
      API_TOKEN: '12345678',
      ALERT_WEBHOOK_SECRET: '1234567',
      ALERT_WEBHOOK_URL: 'https://a.example/x ,  ,y',
    }
    expect(redact('12345678 1234567 https://a.example/x a y', vars)).toBe('[redacted] 1234567 [redacted] a y')
    expect(redact('undefined is not a function', {})).toBe('undefined is not a function')
  })

  it('knows a webhook by what is asked for in the end: without its kind, its host in small letters, its path alone', () => {
    const vars = { ALERT_WEBHOOK_URL: 'slack+https://Chat.example/hooks/canary-path?key=canary' }
    const text = 'Invalid URL: https://chat.example/hooks/canary-path?key=canary; POST /hooks/canary-path?key=canary'
    expect(redact(text, vars)).toBe('Invalid URL: [redacted]; POST [redacted]')
  })

  it.each([
    ['ntfy+https://push.example/canary-topic#min=95', 'topic canary-topic'],
    ['https://events.pagerduty.com/v2/enqueue?routing_key=canary0canary0', 'routing_key canary0canary0'],
    ['https://api.telegram.org/bot1:canary/sendMessage?chat_id=-100200300', 'chat -100200300'],
    ['mailto:canary@example.com', 'to canary@example.com'],
    ['https://a.example/x#name=canary', 'fragment #name=canary'],
    ['https://a.example/canary-path#name=canary', 'POST https://a.example/canary-path'],
  ])('knows of %s what stands elsewhere: %s', (url, text) => {
    const said = redact(text, { ALERT_WEBHOOK_URL: url })
    expect(said).toContain('[redacted]')
    expect(said).not.toMatch(/canary|-100200300/)
  })
})
