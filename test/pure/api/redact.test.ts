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
})
