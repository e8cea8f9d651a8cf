import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { vi } from 'vitest'

export const TEAM = 'team.cloudflareaccess.com'
export const AUD = 'aud-of-this-application'
export const ACCESS = { AUTH_MODE: 'access', ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUD }
export const CERTS = `https://${TEAM}/cdn-cgi/access/certs`

interface Claims {
  issuer?: string
  audience?: string | string[]
  /** Seconds from now; null: never. */
  expires?: number | null
  notBefore?: number
  alg?: string
  kid?: string
  by?: CryptoKey
}

/** A Cloudflare Access team: its keys, its certificates, and the tokens that it signs. */
export class AccessTeam {
  readonly #keys = new Map<string, CryptoKey>()
  /** What the certificates' address answers. */
  certs: { keys: JWK[] } = { keys: [] }

  static async make(): Promise<AccessTeam> {
    const team = new AccessTeam()
    await team.publish('k1', 'RS256')
    await team.publish('e1', 'ES256')
    return team
  }

  async publish(kid: string, alg: 'RS256' | 'ES256'): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
    this.#keys.set(kid, privateKey)
    this.certs.keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' })
  }

  /** From now on the certificates know it no more. */
  withdraw(kid: string): void {
    this.certs = { keys: this.certs.keys.filter(key => key.kid !== kid) }
  }

  /** In the place of `fetch`: the certificates, or another answer. */
  answers(answer: () => Response | Promise<Response> = () => Response.json(this.certs)) {
    return vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())
  }

  async jwt(claims: Claims = {}): Promise<string> {
    const { kid = 'k1', alg = 'RS256' } = claims
    const key = claims.by ?? this.#keys.get(kid) ?? this.#keys.get('k1')
    if (key === undefined) throw new Error('the team has no key')
    const now = Math.floor(Date.now() / 1000)
    const token = new SignJWT({ email: 'owner@example.com' })
      .setProtectedHeader({ alg, kid })
      .setIssuer(claims.issuer ?? `https://${TEAM}`)
      .setAudience(claims.audience ?? AUD)
      .setIssuedAt(now)
      .setNotBefore(now + (claims.notBefore ?? 0))
    if (claims.expires !== null) token.setExpirationTime(now + (claims.expires ?? 600))
    return token.sign(key)
  }
}

export const assertion = (token: string) => ({ 'cf-access-jwt-assertion': token })
