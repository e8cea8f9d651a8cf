import { describe, expect, it } from 'vitest'
import { clearSessionCookie, sessionFromCookies, setSessionCookie } from '../../../../src/api/auth/sessionCookie.ts'

describe('setSessionCookie', () => {
  it('is host-bound and secure over https', () => {
    expect(setSessionCookie('v', 'https:')).toBe(
      '__Host-usage_session=v; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=43200',
    )
  })

  it('has another name over http, where browsers drop Secure', () => {
    expect(setSessionCookie('v', 'http:')).toBe('usage_session=v; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200')
  })

  it('clears under the same name', () => {
    expect(clearSessionCookie('https:')).toBe(
      '__Host-usage_session=; HttpOnly; Secure; SameSite=Strict; Path=/; Max-Age=0',
    )
  })
})

describe('sessionFromCookies', () => {
  it.each<[string | null, string, string | null]>([
    ['__Host-usage_session=a.b.c', 'https:', 'a.b.c'],
    ['theme=dark; __Host-usage_session=a=b; x', 'https:', 'a=b'],
    ['usage_session=a', 'http:', 'a'],
    ['usage_session= a ; theme=dark', 'http:', 'a'],
    ['usage_sessionX', 'http:', null],
    ['=usage_session', 'http:', null],
    ['usage_session=a', 'https:', null],
    ['__Host-usage_session=a', 'http:', null],
    ['x__Host-usage_session=a', 'https:', null],
    ['', 'https:', null],
    [null, 'https:', null],
  ])('%s over %s -> %s', (header, protocol, value) => {
    expect(sessionFromCookies(header, protocol)).toBe(value)
  })
})
