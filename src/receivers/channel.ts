import { createHash } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { ChannelKind } from '../wire.ts'
import { KIND_NAMES, kindAt, kindNamed } from './kinds.ts'

/** A receiver of alerts. `id` names it in storage, answers and logs; the URL is a secret: whoever has it can post. */
export interface Channel {
  id: string
  kind: ChannelKind
  url: Secret
}

export type ParsedChannel = { ok: true; channel: Channel } | { ok: false; reason: string }

const EXPLICIT_KIND = new RegExp(`^(${KIND_NAMES.join('|')})\\+(?=https?:)`, 'i')
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The receiver behind one URL of ALERT_WEBHOOK_URL. The kind is recognised by the address; `slack+https://...`,
 * `discord+https://...` and `generic+https://...` name it for compatible servers elsewhere (Mattermost, a relay).
 * Reasons never repeat the URL: it is a secret. Plain http is accepted for loopback only, where nobody can listen in.
 */
export function parseChannel(text: string): ParsedChannel {
  const explicit = EXPLICIT_KIND.exec(text)?.[1]?.toLowerCase() as ChannelKind | undefined
  const bare = text.replace(EXPLICIT_KIND, '')
  if (!URL.canParse(bare)) return { ok: false, reason: 'is not a URL' }
  const url = new URL(bare)
  const loopback = LOOPBACK.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    // Only http is named: what stands before the colon of a mistaken value may be part of a secret.
    return {
      ok: false,
      reason: `must start with https://${url.protocol === 'http:' ? ' (it starts with http://)' : ''}`,
    }
  }
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'must not carry a user name or password' }
  const address = { host: url.hostname.replace(/\.$/, ''), path: url.pathname }
  const kind = explicit === undefined ? kindAt(address) : kindNamed(explicit)
  const objection = kind.objection(address)
  if (objection !== null) return { ok: false, reason: objection }
  const digest = createHash('sha256').update(url.href).digest('hex').slice(0, 8)
  return { ok: true, channel: { id: `${kind.name}-${digest}`, kind: kind.name, url: new Secret(url.href) } }
}
