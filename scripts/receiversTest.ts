// npm run receivers:test: a test message to every receiver of .dev.vars and the environment, from this machine.
import { configOf, receiverLine, tryReceivers } from './installation/tryReceivers.ts'
import { environmentSettings, fileSettings } from './settings.ts'
import { ROOT } from './wrangler.ts'

const config = configOf({ ...fileSettings(ROOT), ...environmentSettings(process.env) })
const about = /^(ALERT_WEBHOOK|EMAIL|PUBLIC)/
for (const { message } of [...config.problems, ...config.hints].filter(({ name }) => about.test(name)))
  console.log(`! ${message}`)
if (config.channels.length === 0) {
  console.log('No receiver is set: ALERT_WEBHOOK_URL in .dev.vars or the environment.')
  process.exit(1)
}

const tried = await tryReceivers(config)
for (const each of tried) console.log(receiverLine(each))
if (config.channels.some(({ kind }) => kind === 'email'))
  console.log('Email is sent by the Worker alone: POST /api/receivers/{id}/test of the deployed tracker tests it.')
process.exit(tried.length > 0 && tried.every(({ view }) => view.success) ? 0 : 1)
