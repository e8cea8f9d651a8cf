import { createHash } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { ChannelKind } from '../wire.ts'
import { type Choice, type OddPart, parseChoice } from './choice.ts'
import { KIND_NAMES, kindAt, kindNamed } from './kinds.ts'

/** A receiver of alerts. `id` names it in storage, answers and logs; the URL is a secret: whoever has it can post. */
export interface Channel {
  id: string
  kind: ChannelKind
  /** Without its fragment. */
  url: Secret
  choice: Choice
}

/** `odd`: parts of the fragment that were left out. */
export type ParsedChannel = { ok: true; channel: Channel; odd: OddPart[] } | { ok: false; reason: string }

const EXPLICIT_KIND = new RegExp(`^(${KIND_NAMES.join('|')})\\+(?=https?:)`, 'i')
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The receiver behind one URL of ALERT_WEBHOOK_URL. The kind is recognised by the address; a name before it says it for
 * servers that stand anywhere: `ntfy+https://...`, `mattermost+https://...`.
 * Reasons never repeat the URL: it is a secret. Plain http is accepted for loopback only, where nobody can listen in.
 */
export function parseChannel(text: string): ParsedChannel {
  const explicit = EXPLICIT_KIND.exec(text)?.[1]?.toLowerCase() as ChannelKind | undefined
  const bare = text.replace(EXPLICIT_KIND, '')
  if (!URL.canParse(bare)) return { ok: false, reason: 'is not a URL' }
  const url = new URL(bare)
  const loopback = LOOPBACK.test(url.hostname)
  if (!['https:', 'mailto:'].includes(url.protocol) && !(url.protocol === 'http:' && loopback)) {
    // Only http is named: what stands before the colon of a mistaken value may be part of a secret.
    return {
      ok: false,
      reason: `must start with https://${url.protocol === 'http:' ? ' (it starts with http://)' : ''}`,
    }
  }
  if (url.username !== '' || url.password !== '') return { ok: false, reason: 'must not carry a user name or password' }
  const address = {
    scheme: url.protocol,
    host: url.hostname.replace(/\.$/, ''),
    path: url.pathname,
    query: url.searchParams,
  }
  const kind = explicit === undefined ? kindAt(address) : kindNamed(explicit)
  const objection = kind.objection(address)
  if (objection !== null) return { ok: false, reason: objection }
  const { choice, odd } = parseChoice(url.hash)
  // The fragment may change without another receiver in its place.
  url.hash = ''
  const digest = createHash('sha256').update(url.href).digest('hex').slice(0, 8)
  const channel = { id: `${kind.name}-${digest}`, kind: kind.name, url: new Secret(url.href), choice }
  return { ok: true, channel, odd }
}
