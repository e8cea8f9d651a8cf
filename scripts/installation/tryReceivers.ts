import { testMessage } from '../../src/alerts/testMessage.ts'
import { type Config, readConfig, type Vars } from '../../src/config/readConfig.ts'
import type { Channel } from '../../src/receivers/channel.ts'
import { testReceiver } from '../../src/receivers/testReceiver.ts'
import { sendWebhook } from '../../src/receivers/webhookSender.ts'
import type { ReceiverTestView } from '../../src/wire.ts'
import type { Settings } from '../settings.ts'

export interface TriedReceiver {
  channel: Channel
  view: ReceiverTestView
}

/** The settings as the Worker will read them. Email goes through what only Cloudflare binds: such receivers are listed too. */
export function configOf(settings: Settings): Config {
  return readConfig({ ...settings, EMAIL: {} } as Vars)
}

/** Sends a test message from this machine to every receiver but those by email, which only the Worker can send. */
export async function tryReceivers(config: Config): Promise<TriedReceiver[]> {
  const channels = config.channels.filter(({ kind }) => kind !== 'email')
  return Promise.all(channels.map(async channel => ({ channel, view: await tryOne(channel, config) })))
}

async function tryOne(channel: Channel, { webhookSecret, publicUrl, emailFrom }: Config): Promise<ReceiverTestView> {
  const view = await testReceiver(channel, testMessage('local', Date.now()), {
    mayAsk: () => true,
    send: (message, delivery) =>
      sendWebhook(channel, message, delivery, {
        secret: webhookSecret,
        publicUrl,
        email: { binding: null, from: emailFrom },
        now: Date.now(),
      }),
    now: () => Date.now(),
    random: () => Math.random(),
  })
  if (view === null) throw new Error(`${channel.id} was not asked.`)
  return view
}

/** `✓ slack-1a2b3c4d (ops): delivered – HTTP 200`. No address is in it. */
export function receiverLine({ channel, view }: TriedReceiver): string {
  const { name } = channel.choice
  return `${view.success ? '✓' : '✗'} ${view.id}${name ? ` (${name})` : ''}: ${view.outcome} – ${view.detail}`
}
