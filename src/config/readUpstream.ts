import { Secret } from '../secret.ts'
import { fingerprint } from './fingerprint.ts'
import { readProjectIds } from './readProjectIds.ts'
import type { VarReader } from './varReader.ts'

export const UPSTREAM_VARS = ['OPENAI_ADMIN_KEY', 'OPENAI_BASE_URL', 'OPENAI_PROJECT_IDS'] as const
export const DEFAULT_BASE_URL = 'https://api.openai.com/v1'

export interface Upstream {
  /** Null: not set, or unusable; then nothing is polled and everything else runs. */
  adminKey: Secret | null
  /** Without a trailing slash. */
  baseUrl: string
  /** Empty: all projects. */
  projectIds: string[]
  /** Changes when the key, the base URL or the set of projects does, and then only. */
  upstreamFingerprint: string
}

type UpstreamReader = VarReader<(typeof UPSTREAM_VARS)[number]>

export function readUpstream(vars: UpstreamReader): Upstream {
  const adminKey = readAdminKey(vars)
  const baseUrl = readBaseUrl(vars)
  const projectIds = readProjectIds(vars)
  const upstreamFingerprint = fingerprint([adminKey?.reveal() ?? null, baseUrl, [...projectIds].sort()])
  return { adminKey, baseUrl, projectIds, upstreamFingerprint }
}

function readAdminKey(vars: UpstreamReader): Secret | null {
  const value = vars.unquoted('OPENAI_ADMIN_KEY')
  if (value === null) return null
  // Anything else cannot be sent in a header; sending it would throw with the key in the message.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    vars.problem(
      'OPENAI_ADMIN_KEY',
      'OPENAI_ADMIN_KEY contains spaces, line breaks or non-ASCII characters; set it again.',
    )
    return null
  }
  const [prefix] = /^sk-(?:proj|svcacct)-/.exec(value) ?? []
  if (prefix !== undefined) {
    vars.hint(
      'OPENAI_ADMIN_KEY',
      `OPENAI_ADMIN_KEY is a project's key (${prefix}...), which cannot read usage; it must be an admin key ` +
        '(sk-admin-...) from https://platform.openai.com/settings/organization/admin-keys.',
    )
  }
  return new Secret(value)
}

function readBaseUrl(vars: UpstreamReader): string {
  const baseUrl = vars.read(
    { name: 'OPENAI_BASE_URL', parse: parseBaseUrl, fallback: DEFAULT_BASE_URL, wanted: 'an http(s) URL' },
    vars.unquoted('OPENAI_BASE_URL'),
  )
  const { hostname, pathname } = new URL(baseUrl)
  // Elsewhere (a proxy, a simulator) any path may be right.
  if (hostname === 'api.openai.com' && pathname !== '/v1') {
    const odd = /\/organization(\/|$)/.test(pathname)
      ? 'goes on after /v1, and /organization/usage/... is added to it'
      : 'does not end in /v1'
    vars.hint('OPENAI_BASE_URL', `OPENAI_BASE_URL ${odd}; did you mean ${DEFAULT_BASE_URL}?`)
  }
  return baseUrl
}

function parseBaseUrl(value: string): string | null {
  if (!URL.canParse(value)) return null
  const url = new URL(value)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return null
  // An empty query or fragment is not in `search` or `hash`, and would swallow the path that is put behind it.
  if (/[?#]/.test(url.href)) return null
  return url.href.replace(/\/+$/, '')
}
