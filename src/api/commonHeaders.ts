import { corsHeaders } from './auth/cors.ts'

/**
 * On every answer of the Worker; pages and assets carry their own from the assets' `_headers`. An API answer opened in a
 * browser loads nothing, is framed by nobody, is kept by no cache and is never taken for another type.
 */
const EVERY_ANSWER: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * The headers that answers have in common, made once for each origin that may read them: a Response copies a finished list
 * many times faster than it takes headers one by one.
 */
export class CommonHeaders {
  readonly #byOrigin = new Map<string | null, Headers>()
  /** Most who ask, ask for what was answered last. */
  #tagged: { origin: string | null; tag: string; headers: Headers } | null = null

  /** Of an answer in JSON that `allowedOrigin` may read, with its entity tag. To be copied, not changed. */
  for(allowedOrigin: string | null, tag: string | null = null): Headers {
    if (tag === null) return this.#untagged(allowedOrigin)
    if (this.#tagged?.tag === tag && this.#tagged.origin === allowedOrigin) return this.#tagged.headers
    const headers = new Headers(this.#untagged(allowedOrigin))
    headers.set('etag', tag)
    this.#tagged = { origin: allowedOrigin, tag, headers }
    return headers
  }

  #untagged(allowedOrigin: string | null): Headers {
    const known = this.#byOrigin.get(allowedOrigin)
    if (known !== undefined) return known
    const headers = new Headers({
      ...EVERY_ANSWER,
      'content-type': 'application/json',
      ...corsHeaders(allowedOrigin),
    })
    this.#byOrigin.set(allowedOrigin, headers)
    return headers
  }
}
