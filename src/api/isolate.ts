import { type Config, readConfig } from '../config/readConfig.ts'
import type { Env } from '../rpc/env.ts'
import type { AccessCerts } from './auth/accessJwt.ts'
import { EndedSessions } from './auth/endedSessions.ts'
import { WrongTries } from './auth/wrongTries.ts'
import type { BadgeNow } from './badge/badgeNow.ts'
import { CommonHeaders } from './commonHeaders.ts'
import { KnownAnswers } from './reads/knownAnswers.ts'

/**
 * What one isolate remembers between requests. Nothing here may matter for correctness: isolates come and go, and there
 * are many at once (https://developers.cloudflare.com/workers/reference/how-workers-works/).
 */
export interface Isolate {
  config: Config
  watchedAt: number
  ready: { at: number; ready: boolean } | null
  wrongTries: WrongTries
  endedSessions: EndedSessions
  accessCerts: AccessCerts | null
  commonHeaders: CommonHeaders
  answers: KnownAnswers
  badge: BadgeNow | null
}

// By env, which is one object for the life of an isolate; each test brings its own.
const isolates = new WeakMap<Env, Isolate>()

export function isolateOf(env: Env): Isolate {
  const known = isolates.get(env)
  if (known !== undefined) return known
  const isolate: Isolate = {
    config: readConfig(env),
    watchedAt: Number.NEGATIVE_INFINITY,
    ready: null,
    wrongTries: new WrongTries(),
    endedSessions: new EndedSessions(),
    accessCerts: null,
    commonHeaders: new CommonHeaders(),
    answers: new KnownAnswers(),
    badge: null,
  }
  isolates.set(env, isolate)
  return isolate
}
