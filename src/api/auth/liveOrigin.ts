import type { Config } from '../../config/readConfig.ts'
import type { Refusal } from '../refusal.ts'
import type { SignedIn } from './authenticate.ts'
import { isListedOrigin } from './cors.ts'

import { isSameOrigin, type Sender } from './crossSite.ts'

export interface LiveRules extends Pick<Config, 'auth' | 'corsOrigins'> {
  /** What let the asker in; null when nothing did. */
  by: SignedIn['by'] | null
}

/**
 * A browser adds cookies to a socket that any page opens, and no CORS holds it back (cross-site WebSocket hijacking): what
 * comes by itself counts only together with an exact Origin, or the browser's word that it is the page's own. A bearer token
 * never comes by itself.
 */
export function isLiveOrigin({ fetchSite, origin, ownOrigin }: Sender, { by, ...config }: LiveRules): boolean {
  if (by === 'bearer' || isSameOrigin(fetchSite)) return true
  if (origin === null) return by !== 'session'
  if (origin === ownOrigin || isListedOrigin(origin, config)) return true
  return by === 'open' && config.corsOrigins.includes('*')
}

/** 4401: sign in (again). 4403: not from this page. 4503: locked until set up. 1013 (RFC 6455 registry): try again later. */
export function refusedCloseCode(refusal: Refusal, originFits: boolean): 4401 | 4403 | 4503 | 1013 {
  if (refusal.code === 'auth_not_configured') return 4503
  if (!originFits) return 4403
  return refusal.status === 401 ? 4401 : 1013
}
