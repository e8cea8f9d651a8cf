// npm run receivers:test: a test message to every receiver of .dev.vars and the environment, from this machine.
import { testMessage } from '../src/alerts/testMessage.ts'
import { readConfig, type Vars } from '../src/config/readConfig.ts'
import { testReceiver } from '../src/receivers/testReceiver.ts'
import { sendWebhook } from '../src/receivers/webhookSender.ts'
import { environmentSettings, fileSettings } from './settings.ts'
import { ROOT } from './wrangler.ts'

const settings = { ...fileSettings(ROOT), ...environmentSettings(process.env) }
// Email goes through what only Cloudflare binds; with something in its place such receivers are listed too.
const config = readConfig({ ...settings, EMAIL: {} } as Vars)
const about = /^(ALERT_WEBHOOK|EMAIL|PUBLIC)/
for (const { message } of [...config.problems, ...config.hints].filter(({ name }) => about.test(name)))
  console.log(`! ${message}`)
if (config.channels.length === 0) {
  console.log('No receiver is set: ALERT_WEBHOOK_URL in .dev.vars or the environment.')
  process.exit(1)
}

const views = await Promise.all(
  config.channels.map(channel =>
    testReceiver(channel, testMessage('local', Date.now()), {
      mayAsk: () => true,
      send: (message, delivery) =>
        sendWebhook(channel, message, delivery, {
          secret: config.webhookSecret,
          publicUrl: config.publicUrl,
          email: { binding: null, from: config.emailFrom },
          now: Date.now(),
        }),
      now: () => Date.now(),
      random: () => Math.random(),
    }),
  ),
)
for (const [index, view] of views.entries()) {
  const name = config.channels[index]?.choice.name
  if (view !== null)
    console.log(`${view.success ? '✓' : '✗'} ${view.id}${name ? ` (${name})` : ''}: ${view.outcome} – ${view.detail}`)
}
if (config.channels.some(({ kind }) => kind === 'email'))
  console.log('Email is sent by the Worker alone: POST /api/receivers/{id}/test of the deployed tracker tests it.')
process.exit(views.every(view => view?.success) ? 0 : 1)
