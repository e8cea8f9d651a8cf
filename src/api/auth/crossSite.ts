import type { Call } from '../call.ts'
import { Refusal } from '../refusal.ts'
import { isListedOrigin } from './cors.ts'

export interface Sender {
  /** Sec-Fetch-Site and Origin, as the browser sends them; null from curl and other programs, which have no cookies to abuse. */
  fetchSite: string | null
  origin: string | null
  ownOrigin: string
}

/**
 * True when a page of another origin is behind a request. Same-site counts as foreign: a neighbour subdomain may belong
 * to someone else, and SameSite cookies do not tell it apart.
 */
export function isCrossSite({ fetchSite, origin, ownOrigin }: Sender): boolean {
  if (isSameOrigin(fetchSite)) return false
  if (fetchSite !== null && fetchSite !== 'none') return true
  return origin !== null && origin !== ownOrigin
}

/**
 * The browser's own word, which no page can put in its mouth. It holds where our own origin is unknown: a proxy that rewrites
 * `Host` hides the address that the page was loaded from.
 */
export function isSameOrigin(fetchSite: string | null): boolean {
  return fetchSite === 'same-origin'
}

export function senderOf({ request, url }: Pick<Call, 'request' | 'url'>): Sender {
  return {
    fetchSite: request.headers.get('sec-fetch-site'),
    origin: request.headers.get('origin'),
    ownOrigin: url.origin,
  }
}

/** Refuses pages of other origins, except the listed ones. */
export function refuseCrossSite(call: Call): Refusal | undefined {
  const sender = senderOf(call)
  if (!isCrossSite(sender) || isListedOrigin(sender.origin, call.config)) return undefined
  return crossSiteRefusal()
}

export function crossSiteRefusal(): Refusal {
  return new Refusal(
    403,
    'cross_site',
    'A page of another origin may not do this. If it is one of yours, list its exact origin in CORS_ORIGINS.',
  )
}
