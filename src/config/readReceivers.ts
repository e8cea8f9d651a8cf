import { type Channel, parseChannel } from '../receivers/channel.ts'
import { Secret } from '../secret.ts'
import { fingerprint } from './fingerprint.ts'
import type { VarReader } from './varReader.ts'

export const RECEIVER_VARS = ['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET'] as const

export interface Receivers {
  channels: Channel[]
  /** Standard Webhooks secret, `whsec_` and base64. */
  webhookSecret: Secret | null
  /** Changes when the set of receivers does, and then only. */
  receiversFingerprint: string
}

type ReceiverReader = VarReader<(typeof RECEIVER_VARS)[number]>

export function readReceivers(vars: ReceiverReader): Receivers {
  const channels = readChannels(vars)
  const receiversFingerprint = fingerprint(channels.map(({ id }) => id).sort())
  return { channels, webhookSecret: readWebhookSecret(vars), receiversFingerprint }
}

function readChannels(vars: ReceiverReader): Channel[] {
  const channels = new Map<string, Channel>()
  for (const [index, url] of vars.list('ALERT_WEBHOOK_URL').entries()) {
    const parsed = parseChannel(url)
    if (parsed.ok) channels.set(parsed.channel.id, parsed.channel)
    else {
      const message = `ALERT_WEBHOOK_URL, entry ${index + 1}, ${parsed.reason}; it gets no alerts.`
      vars.problem('ALERT_WEBHOOK_URL', message)
    }
  }
  return [...channels.values()]
}

/** Standard Webhooks asks for 24 to 64 bytes: https://github.com/standard-webhooks/standard-webhooks (spec, secrets). */
function readWebhookSecret(vars: ReceiverReader): Secret | null {
  const value = vars.text('ALERT_WEBHOOK_SECRET')
  if (value === null) return null
  const base64 = value.replace(/^whsec_/, '')
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? Math.floor((base64.replace(/=+$/, '').length * 3) / 4) : 0
  if (bytes >= 24 && bytes <= 64) return new Secret(`whsec_${base64}`)
  vars.problem(
    'ALERT_WEBHOOK_SECRET',
    'ALERT_WEBHOOK_SECRET must be whsec_ and 24 to 64 bytes in base64; generic webhooks go out unsigned.',
  )
  return null
}
