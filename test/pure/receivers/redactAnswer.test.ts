import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactAnswer } from '../../../src/receivers/redactAnswer.ts'

const URL_OF = new URL('https://example.com/services/T0CANARY/B0CANARY/canary%2Ftoken?key=canary-key-1&wait=true')

describe('redactAnswer', () => {
  it.each([
    ['the error page of Express', 'Cannot POST /services/T0CANARY/B0CANARY/canary%2Ftoken', 'Cannot POST [redacted]'],
    ['the whole URL', `no hook at ${URL_OF.href}!`, 'no hook at [redacted]!'],
    ['the token alone', 'bad token "canary%2Ftoken"', 'bad token "[redacted]"'],
    ['the token decoded', 'bad token canary/token', 'bad token [redacted]'],
    ['the token in capitals', 'bad token CANARY%2FTOKEN', 'bad token [redacted]'],
    ['the token with something invisible in it', 'bad token canary\u200b%2Ftoken', 'bad token [redacted]'],
    ['a value of the query', 'key canary-key-1 is unknown', 'key [redacted] is unknown'],
    [
      'slashes escaped as in JSON',
      '{"path":"\\/services\\/T0CANARY\\/B0CANARY\\/x"}',
      '{"path":"\\/[redacted]\\/[redacted]\\/[redacted]\\/x"}',
    ],
    ['the whole path escaped as in JSON', '\\/services\\/T0CANARY\\/B0CANARY\\/canary%2Ftoken', '[redacted]'],
    ['the whole URL escaped as in HTML', `no hook at ${URL_OF.href.replace('&', '&amp;')}!`, 'no hook at [redacted]!'],
    ['an ordinary answer stays', 'invalid_payload', 'invalid_payload'],
    ['lines become one', '<h1>\n  Bad\n</h1>', '<h1> Bad </h1>'],
  ])('%s', (_name, answer, shown) => expect(redactAnswer(answer, URL_OF)).toBe(shown))

  it.each([
    ['a part that begins another one', 'https://example.com/canary?key=canary-key', 'canary-key or canary'],
    ['a part with an escape that is none', 'https://example.com/%E0%A4%A', 'no hook %E0%A4%A'],
  ])('leaves no rest of %s', (_name, url, answer) => {
    expect(redactAnswer(answer, new URL(url))).toMatch(/^(no hook |\[redacted\] or )\[redacted\]$/)
  })

  it.each([
    [
      'the token of a bot alone',
      'https://api.telegram.org/bot1:canary-token/sendMessage?chat_id=-100',
      'bad canary-token',
    ],
    ['an address alone', 'mailto:canary-ops@example.com', 'bad canary-ops'],
  ])('takes out %s', (_name, url, answer) => expect(redactAnswer(answer, new URL(url))).toBe('bad [redacted]'))

  it('leaves the names of parameters, which are no secret', () => {
    const url = new URL('https://events.pagerduty.com/v2/enqueue?routing_key=canary-key')
    expect(redactAnswer("'routing_key' is invalid: canary-key", url)).toBe("'routing_key' is invalid: [redacted]")
  })

  it('shows at most 120 characters, none of them of the URL, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.string({ maxLength: 200 }), (before, after) => {
        for (const secret of [URL_OF.href, URL_OF.pathname, 'canary%2Ftoken', 'canary-key-1']) {
          const shown = redactAnswer(before + secret + after, URL_OF)
          expect(shown.length).toBeLessThanOrEqual(120)
          expect(shown.toLowerCase()).not.toContain('canary')
        }
      }),
    )
  })
})
