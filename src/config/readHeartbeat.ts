import { Secret } from '../secret.ts'
import type { VarReader } from './varReader.ts'

export const HEARTBEAT_VARS = ['HEARTBEAT_URL'] as const

export interface Heartbeat {
  /** Asked after each successful poll; a secret, since whoever has it can say that all is well. */
  heartbeatUrl: Secret | null
}

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

export function readHeartbeat(vars: VarReader<(typeof HEARTBEAT_VARS)[number]>): Heartbeat {
  const value = vars.unquoted('HEARTBEAT_URL')
  if (value === null) return { heartbeatUrl: null }
  const url = URL.canParse(value) ? new URL(value) : null
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname))
  if (url !== null && isSafe && url.username === '' && url.password === '')
    return { heartbeatUrl: new Secret(url.href) }
  vars.problem(
    'HEARTBEAT_URL',
    'HEARTBEAT_URL must be an https:// URL without a user name or password; no heartbeat is sent.',
  )
  return { heartbeatUrl: null }
}
