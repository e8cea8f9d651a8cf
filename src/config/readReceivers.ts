import { type Channel, parseChannel } from '../receivers/channel.ts'
import { isEmailAddress } from '../receivers/email.ts'
import { Secret } from '../secret.ts'
import { fingerprint } from './fingerprint.ts'
import { shownValue } from './shownValue.ts'
import type { VarReader } from './varReader.ts'

export const RECEIVER_VARS = ['ALERT_WEBHOOK_URL', 'ALERT_WEBHOOK_SECRET', 'EMAIL_FROM'] as const

export interface Receivers {
  channels: Channel[]
  /** Standard Webhooks secret, `whsec_` and base64. */
  webhookSecret: Secret | null
  /** Sender of `mailto:` receivers. */
  emailFrom: string | null
  /** Changes when the set of receivers does, or what goes to them, and then only. */
  receiversFingerprint: string
}

type ReceiverReader = VarReader<(typeof RECEIVER_VARS)[number]>

export function readReceivers(vars: ReceiverReader): Receivers {
  const emailFrom = readEmailFrom(vars)
  const channels = readChannels(vars, emailFrom !== null && vars.isBound('EMAIL'))
  const receiversFingerprint = fingerprint(channels.map(printOf).sort())
  return { channels, webhookSecret: readWebhookSecret(vars), emailFrom, receiversFingerprint }
}

function readChannels(vars: ReceiverReader, canMail: boolean): Channel[] {
  const channels = new Map<string, Channel>()
  for (const [index, url] of entriesOf(vars).entries()) {
    const problem = (words: string) =>
      vars.problem('ALERT_WEBHOOK_URL', `ALERT_WEBHOOK_URL, entry ${index + 1}, ${words}`)
    const parsed = parseChannel(url)
    if (!parsed.ok) {
      problem(`${parsed.reason}; it gets no alerts.`)
      continue
    }
    const { channel, odd } = parsed
    for (const { part, wanted } of odd)
      problem(`has ${shownValue(part)} in its fragment, which ${wanted}; that part is left out.`)
    const held = channels.get(channel.id)
    if (held !== undefined && printOf(held) !== printOf(channel))
      problem('is the same receiver as one before it with another fragment; the last one holds.')
    if (channel.kind === 'email' && !canMail)
      problem('is an email address, which needs EMAIL_FROM and the binding EMAIL (wrangler.toml); it gets no alerts.')
    else channels.set(channel.id, channel)
  }
  return [...channels.values()]
}

/** Entries stand apart by commas or spaces; in a fragment they separate the parts of a list. */
function entriesOf(vars: ReceiverReader): string[] {
  const entries: string[] = []
  for (const part of vars.list('ALERT_WEBHOOK_URL')) {
    const before = entries.at(-1)
    if (before?.includes('#') && !/^[a-z][a-z+]*:/i.test(part)) entries[entries.length - 1] = `${before},${part}`
    else entries.push(part)
  }
  return entries
}

/** The name changes nothing. */
function printOf({ id, choice: { kinds, tiers, min } }: Channel): string {
  return [id, ...(kinds ?? []), ...(tiers ?? []), ...(min === null ? [] : [min])].join(' ')
}

function readEmailFrom(vars: ReceiverReader): string | null {
  return vars.read({
    name: 'EMAIL_FROM',
    parse: text => (isEmailAddress(text) ? text : null),
    fallback: null,
    wanted: 'an address like alerts@example.com',
  })
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
