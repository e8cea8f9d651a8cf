import { createHash } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { ChannelKind } from '../wire.ts'

/** A receiver of alerts. `id` names it in storage, answers and logs; the URL is a secret: whoever has it can post. */
export interface Channel {
  id: string
  kind: ChannelKind
  url: Secret
}

export type ParsedChannel = { ok: true; channel: Channel } | { ok: false; reason: string }

const EXPLICIT_KIND = /^(slack|discord|generic)\+(?=https?:)/i
const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const SLACK_HOST = /^hooks\.slack(?:-gov)?\.com$/
const DISCORD_HOST = /^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/
/** Discord's own shape, and with the suffix `/slack` its imitation of Slack's (docs, webhook resource). */
const DISCORD_PATH = /^\/api\/(?:v\d+\/)?webhooks\/[^/]+\/[^/]+(\/slack)?\/?$/

/**
 * The receiver behind one URL of ALERT_WEBHOOK_URL. The kind is recognised by the host; `slack+https://...`,
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
  const host = url.hostname.replace(/\.$/, '')
  const kind = explicit ?? kindOf(host, url.pathname)
  // Workflow triggers live on the same host and take variables of their own, not a message.
  if (kind === 'slack' && SLACK_HOST.test(host) && !url.pathname.startsWith('/services/')) {
    return { ok: false, reason: 'is a Slack URL but not an incoming webhook (https://hooks.slack.com/services/...)' }
  }
  if (kind === 'discord' && DISCORD_HOST.test(host) && !DISCORD_PATH.test(url.pathname)) {
    return { ok: false, reason: 'is a Discord URL but not a webhook (https://discord.com/api/webhooks/id/token)' }
  }
  const digest = createHash('sha256').update(url.href).digest('hex').slice(0, 8)
  return { ok: true, channel: { id: `${kind}-${digest}`, kind, url: new Secret(url.href) } }
}

function kindOf(host: string, path: string): ChannelKind {
  if (SLACK_HOST.test(host)) return 'slack'
  if (!DISCORD_HOST.test(host)) return 'generic'
  return DISCORD_PATH.exec(path)?.[1] === undefined ? 'discord' : 'slack'
}
