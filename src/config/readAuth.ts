import { Secret } from '../secret.ts'
import { shownValue } from './shownValue.ts'
import type { VarReader } from './varReader.ts'

export const AUTH_VARS = ['AUTH_MODE', 'API_TOKEN', 'ACCESS_TEAM_DOMAIN', 'ACCESS_AUD'] as const

/** Shorter tokens can be guessed; `openssl rand -hex 32` gives 64 characters. */
export const SHORTEST_API_TOKEN = 32

/** Who may see the data. `locked`: nobody, until the setting named in `reason` is mended. */
export type Auth =
  | { mode: 'open' }
  | { mode: 'token'; token: Secret }
  | { mode: 'access'; teamDomain: string; audience: string }
  | { mode: 'locked'; reason: string }

type AuthVar = (typeof AUTH_VARS)[number]
type AuthReader = VarReader<AuthVar>

export function readAuth(vars: AuthReader): Auth {
  const mode = vars.text('AUTH_MODE') ?? 'token'
  switch (mode) {
    case 'open':
      return { mode }
    case 'token':
      return readToken(vars)
    case 'access':
      return readAccess(vars)
    default: {
      // Anyone may read this, and a token set under the wrong name is no word.
      const shown = /^[a-z ]{1,16}$/i.test(mode) ? shownValue(mode) : 'unknown'
      const reason = `AUTH_MODE is ${shown}, but must be token, access or open; nobody can see the data`
      return locked(vars, 'AUTH_MODE', reason)
    }
  }
}

function readToken(vars: AuthReader): Auth {
  const token = vars.text('API_TOKEN')
  const set = 'set one of at least 32 random characters: npx wrangler secret put API_TOKEN'
  if (token === null) return locked(vars, 'API_TOKEN', `API_TOKEN is not set, so nobody can see the data; ${set}`)
  if (token.length >= SHORTEST_API_TOKEN) return { mode: 'token', token: new Secret(token) }
  return locked(vars, 'API_TOKEN', `API_TOKEN has ${token.length} characters, which can be guessed; ${set}`)
}

function readAccess(vars: AuthReader): Auth {
  // Lower case, as in the issuer of the tokens.
  const teamDomain = vars
    .text('ACCESS_TEAM_DOMAIN')
    ?.toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/+$/, '')
  const audience = vars.text('ACCESS_AUD')
  if (!teamDomain) {
    const reason = 'AUTH_MODE is access, but ACCESS_TEAM_DOMAIN is not set (team.cloudflareaccess.com)'
    return locked(vars, 'ACCESS_TEAM_DOMAIN', reason)
  }
  // Without a dot it is no team's, and perhaps a token.
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(teamDomain) || !URL.canParse(`https://${teamDomain}`)) {
    const reason = `ACCESS_TEAM_DOMAIN is ${shownValue(teamDomain)}, but must be a host name`
    return locked(vars, 'ACCESS_TEAM_DOMAIN', reason)
  }
  if (!audience) {
    const reason = "AUTH_MODE is access, but ACCESS_AUD is not set (the application's AUD tag)"
    return locked(vars, 'ACCESS_AUD', reason)
  }
  return { mode: 'access', teamDomain, audience }
}

function locked(vars: AuthReader, name: AuthVar, reason: string): Auth {
  vars.problem(name, reason)
  return { mode: 'locked', reason }
}
