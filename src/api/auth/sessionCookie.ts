import { SESSION_SECONDS } from './sessionToken.ts'

// `__Host-` binds the cookie to this very host, whole path, https (RFC 6265bis, 4.1.3.2). Browsers drop `Secure` cookies
// of plain http on some loopback names, so http has a name of its own, which https never accepts: a cookie that was seen
// in the clear opens nothing there.

const SECURE_NAME = '__Host-usage_session'
const PLAIN_NAME = 'usage_session'

export function sessionFromCookies(header: string | null, protocol: string): string | null {
  const name = nameFor(protocol)
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

export function setSessionCookie(value: string, protocol: string): string {
  return cookie(value, protocol, SESSION_SECONDS)
}

export function clearSessionCookie(protocol: string): string {
  return cookie('', protocol, 0)
}

function cookie(value: string, protocol: string, maxAge: number): string {
  const secure = protocol === 'https:' ? '; Secure' : ''
  return `${nameFor(protocol)}=${value}; HttpOnly${secure}; SameSite=Strict; Path=/; Max-Age=${maxAge}`
}

function nameFor(protocol: string): string {
  return protocol === 'https:' ? SECURE_NAME : PLAIN_NAME
}
