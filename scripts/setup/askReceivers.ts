import { configOf, receiverLine, type TriedReceiver, tryReceivers } from '../installation/tryReceivers.ts'
import { Trouble } from '../installation/words.ts'
import type { Settings } from '../settings.ts'
import type { Desk } from './desk.ts'

/** The receivers to set, each of which has been sent a test; null: what is set stays as it is. */
export async function askReceivers(desk: Desk, given: Settings, isSet: boolean): Promise<string | null> {
  if (given.ALERT_WEBHOOK_URL !== undefined) {
    const failed = (await sendTests(desk, given)).filter(({ view }) => !view.success)
    if (failed.length === 0) return given.ALERT_WEBHOOK_URL
    if (!desk.asks) {
      throw new Trouble(
        `A receiver of ALERT_WEBHOOK_URL does not take the test message: ${failed.map(receiverLine).join('; ')}`,
        'Mend its address, or leave it out, then run this again.',
      )
    }
  } else if (!desk.asks) return null
  else if (isSet && (await desk.confirm('ALERT_WEBHOOK_URL is set already. Keep the receivers?'))) return null

  desk.say('Where alerts go: Slack, Discord, Teams, Telegram, ntfy and more, each by its address (docs/receivers.md).')
  const kept: string[] = []
  for (;;) {
    const more = kept.length > 0 ? 'The next receiver' : 'Address of a receiver'
    const url = await desk.secret(`${more} (not shown; nothing ends this)`, wrongReceiver)
    if (url === '') return kept.length === 0 ? null : kept.join(' ')
    const tried = await sendTests(desk, { ...given, ALERT_WEBHOOK_URL: url })
    const takes = tried.every(({ view }) => view.success)
    if (takes || (await desk.confirm('It does not take the test message. Keep it all the same?'))) kept.push(url)
  }
}

function wrongReceiver(value: string): string | undefined {
  if (value === '') return undefined
  const { problems } = configOf({ ALERT_WEBHOOK_URL: value, EMAIL_FROM: 'any@example.com' })
  return problems.find(({ name }) => name === 'ALERT_WEBHOOK_URL')?.message
}

async function sendTests(desk: Desk, settings: Settings): Promise<TriedReceiver[]> {
  desk.doing = 'sending test messages'
  const config = configOf(settings)
  const tried = await tryReceivers(config)
  for (const each of tried) (each.view.success ? desk.done : desk.warn)(receiverLine(each).slice(2))
  if (config.channels.some(({ kind }) => kind === 'email')) {
    desk.say('Email is sent by the Worker alone: test it from the page, once the tracker runs.')
  }
  return tried
}
