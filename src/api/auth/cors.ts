import type { Config } from '../../config/readConfig.ts'

// Other origins' scripts. Off unless CORS_ORIGINS names them exactly; never with credentials, so a foreign page needs a
// bearer token of its own. The router library's own CORS turns every status into 200 (its issue 233), hence this.

type CorsConfig = Pick<Config, 'auth' | 'corsOrigins'>

const EXPOSED = 'etag, retry-after'
const ALLOWED_HEADERS = 'authorization, content-type, if-none-match'
/** What clients of MCP send with each message beside those (revision 2026-07-28, "Streamable HTTP"). */
const MCP_HEADERS = 'mcp-protocol-version, mcp-method, mcp-name'
const PREFLIGHT_SECONDS = '86400'

/** Exact comparison only: `https://a.example` is not `https://a.example.evil`. */
export function isListedOrigin(origin: string | null, config: CorsConfig): boolean {
  return origin !== null && origin !== '*' && config.corsOrigins.includes(origin)
}

/** The origin whose scripts may read an answer, `*` for any, null for none. */
export function allowedOrigin(origin: string | null, method: string, config: CorsConfig): string | null {
  if (isListedOrigin(origin, config)) return origin
  const reads = method === 'GET' || method === 'HEAD'
  return reads && anyoneMayRead(config) ? '*' : null
}

/** `Vary` is always there: a cache must not hand one origin's answer to another. */
export function corsHeaders(allowed: string | null): Record<string, string> {
  if (allowed === null) return { vary: 'Origin' }
  return { vary: 'Origin', 'access-control-allow-origin': allowed, 'access-control-expose-headers': EXPOSED }
}

export function preflightHeaders(path: string, methods: string): Record<string, string> {
  return {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': path === '/mcp' ? `${ALLOWED_HEADERS}, ${MCP_HEADERS}` : ALLOWED_HEADERS,
    'access-control-max-age': PREFLIGHT_SECONDS,
  }
}

/** `*` opens reads only; whoever may act is named. */
export function anyoneMayRead({ auth, corsOrigins }: CorsConfig): boolean {
  return corsOrigins.includes('*') || (auth.mode === 'open' && corsOrigins.length === 0)
}
