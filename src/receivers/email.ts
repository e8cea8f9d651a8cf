import { messageText, wordsOf } from '../alerts/wordsOf.ts'
import type { SendResult } from '../outbox/delivery.ts'
import { classifyStatus } from './classifyStatus.ts'
import { COLOURS, OPEN_PAGE } from './colours.ts'
import type { Email } from './emailBinding.ts'
import { escapeHtml, unchanged } from './escapes.ts'
import { fitted } from './fitted.ts'
import { type Kind, ORDINARY } from './kind.ts'

/** RFC 5322, 2.1.1: a line has 998 characters at most. */
const LONGEST_SUBJECT = 998
const ADDRESS = /^[^\s@,;?]+@[^\s@,;?]+\.[^\s@,;?]+$/

export function isEmailAddress(text: string): boolean {
  return ADDRESS.test(text)
}

/** `mailto:<address>`, through Cloudflare's binding. An email that was taken in may still bounce. */
export const email: Kind = {
  ...ORDINARY,
  name: 'email',
  onlyAccepts: true,
  recognises: ({ scheme }) => scheme === 'mailto:',
  objection({ scheme, path, query }) {
    if (scheme !== 'mailto:') return 'is no address (mailto:name@example.com)'
    return isEmailAddress(addressIn(path)) && query.size === 0 ? null : 'is not one address (mailto:name@example.com)'
  },
  render(message, options): Email {
    const { severity, headline, facts, notes } = wordsOf(message, options)
    const { publicUrl } = options
    const link = publicUrl ? `\n\n${OPEN_PAGE}: ${publicUrl}` : ''
    const subject = fitted(headline, LONGEST_SUBJECT, unchanged)
    const text = `${messageText(message, options)}${link}`
    if (options.plain) return { subject, text }
    const rows = facts.map(
      ({ label, value }) => `<tr><th align="left">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`,
    )
    const html = [
      `<h2 style="color:${COLOURS[severity]}">${escapeHtml(headline)}</h2>`,
      `<table cellpadding="4">${rows.join('')}</table>`,
      ...notes.map(note => `<p>${escapeHtml(note)}</p>`),
      publicUrl ? `<p><a href="${escapeHtml(publicUrl).replaceAll('"', '%22')}">${OPEN_PAGE}</a></p>` : '',
    ]
    return { subject, text, html: html.join('\n') }
  },
  judge: answer => classifyStatus('the email service', answer),
  async carry(body, url, { binding, from, passed }) {
    if (binding === null || from === null) return refused('it needs the binding EMAIL and EMAIL_FROM')
    try {
      await Promise.race([binding.send({ ...(body as Email), from, to: addressIn(url.pathname) }), passed])
      return { outcome: 'delivered', status: null }
    } catch (error) {
      return judgeCode((error as { code?: unknown } | null)?.code)
    }
  },
}

/** The codes that say "not now"; what any other says will be no different later. */
const LATER = /^E_(RATE_LIMIT_EXCEEDED|DAILY_LIMIT_EXCEEDED|DELIVERY_FAILED|INTERNAL_SERVER_ERROR)$/

/** By the code alone: the words of an error may repeat an address. */
export function judgeCode(code: unknown): SendResult {
  if (typeof code !== 'string' || !/^E_[A-Z_]{3,60}$/.test(code))
    return { outcome: 'unknown', error: 'the email service did not say whether it took the message' }
  if (!LATER.test(code)) return refused(`it does not take this message (${code})`)
  const error = `the email service answered: not now (${code})`
  return { outcome: 'failed', status: null, error, retryAfterMs: null }
}

function refused(meaning: string): SendResult {
  return { outcome: 'refused', status: null, error: `the email service answered: ${meaning}` }
}

function addressIn(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
