import { createRemoteJWKSet, errors, jwtVerify, type RemoteJWKSet } from 'jose'
import { Refusal, retryAfter } from '../refusal.ts'

// Cloudflare Access: the header proves nothing by being there (a route may bypass Access), so the token in it is verified
// against the team's certificates. jose fetches those: the one exception to "fetch only in openai/ and receivers/".
// https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/

const CERTS_TIMEOUT_MS = 5_000
/** Clocks of Cloudflare's machines differ a little; a fresh token must not be refused for its `nbf`. */
const CLOCK_TOLERANCE_SECONDS = 5
const TRY_AGAIN_SECONDS = 10

/** Faults of the token. All else (no answer, no JSON, no keys) is a fault of the certificates' source. */
const TOKEN_FAULTS: readonly (new (...args: never[]) => Error)[] = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
]

export type AccessCerts = RemoteJWKSet

export interface AccessTeam {
  teamDomain: string
  audience: string
}

/** Keeps the certificates for ten minutes; an unknown key id makes it look again, at most every 30 s. */
export function accessCerts(teamDomain: string): AccessCerts {
  return createRemoteJWKSet(new URL(`https://${teamDomain}/cdn-cgi/access/certs`), {
    timeoutDuration: CERTS_TIMEOUT_MS,
  })
}

/** Until when the token is good (Unix seconds), null when it is not, or a refusal when that cannot be told. */
export async function verifyAccessJwt(
  jwt: string,
  { teamDomain, audience }: AccessTeam,
  certs: AccessCerts,
  now: number,
): Promise<number | null | Refusal> {
  try {
    const { payload } = await jwtVerify(jwt, certs, {
      algorithms: ['RS256'],
      issuer: `https://${teamDomain}`,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    })
    return payload.exp ?? null
  } catch (error) {
    if (TOKEN_FAULTS.some(fault => error instanceof fault)) return null
    return new Refusal(
      503,
      'access_certs_unavailable',
      `The certificates of ${teamDomain} could not be read, so nobody can be let in; check ACCESS_TEAM_DOMAIN.`,
      retryAfter(TRY_AGAIN_SECONDS),
    )
  }
}
