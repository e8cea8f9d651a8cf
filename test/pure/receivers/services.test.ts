import { afterEach, describe, expect, it, vi } from 'vitest'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'
import { claim } from '../../../src/outbox/settleDelivery.ts'
import { parseChannel } from '../../../src/receivers/channel.ts'
import { kindNamed } from '../../../src/receivers/kinds.ts'
import { sendWebhook } from '../../../src/receivers/webhookSender.ts'
import { sampleCauses, sampleMessage } from '../alerts/sampleMessage.ts'
import { sampleMeans } from './sampleMeans.ts'
import { SAMPLE_URLS, TOKEN } from './sampleUrls.ts'
import { STAND_INS, type State, standIn } from './standIns.ts'

// What is sent meets the services as their documents describe them.

afterEach(() => vi.unstubAllGlobals())

type Kind = (typeof STAND_INS)[number]

async function sendTo(kind: Kind, state: State, plain = false) {
  vi.stubGlobal('fetch', async (url: string, { headers, body }: RequestInit) =>
    standIn(kind, { url: new URL(url), headers: new Headers(headers), body: String(body) }, state),
  )
  const parsed = parseChannel(SAMPLE_URLS[kind])
  if (!parsed.ok) throw new Error(parsed.reason)
  const message = sampleMessage({ causes: sampleCauses() })
  const now = 1_734_603_000_000
  const delivery = { ...claim(newDelivery(message.id, parsed.channel.id, now), now, 0.5), plain }
  const means = sampleMeans({ now, publicUrl: 'https://usage.example.com/' })
  const result = await sendWebhook(parsed.channel, message, delivery, means)
  expect(JSON.stringify(result)).not.toContain(TOKEN)
  return result
}

describe.each(STAND_INS)('%s', kind => {
  it.each([false, true])('takes what is sent (plain: %s)', async plain => {
    expect(await sendTo(kind, 'well', plain)).toMatchObject({ outcome: 'delivered' })
  })

  it('that moves is not followed', async () => {
    expect(await sendTo(kind, 'moved')).toMatchObject({ outcome: 'refused', status: 302 })
  })
})

it.each<[Kind, string]>([
  ['slack', SAMPLE_URLS.slack],
  ['discord', `${SAMPLE_URLS.discord}?wait=true`],
  ['teams', SAMPLE_URLS.teams],
  ['googlechat', `${SAMPLE_URLS.googlechat}&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD`],
  ['telegram', `https://api.telegram.org/bot123456:${TOKEN}/sendMessage`],
  ['ntfy', 'https://ntfy.sh/'],
  ['gotify', `https://push.example.com/message?token=A${TOKEN}`],
  ['mattermost', `https://chat.example.com/hooks/${TOKEN}`],
  ['pagerduty', 'https://events.pagerduty.com/v2/enqueue'],
  ['alertmanager', `https://alerts.example.com/${TOKEN}/api/v2/alerts`],
  ['generic', SAMPLE_URLS.generic],
])('%s is asked at %s', async (kind, address) => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: string) => new Response(String(asked.push(url))))
  const parsed = parseChannel(SAMPLE_URLS[kind])
  if (parsed.ok) await sendWebhook(parsed.channel, sampleMessage(), newDelivery('m', 'c', 0), sampleMeans())
  expect(asked).toEqual([address])
})

it('ntfy under a path is asked at that path, with what lets it in', () => {
  const url = new URL('https://push.example.com/base/topic?auth=QmVhcmVyIHRr')
  expect(kindNamed('ntfy').target(url).href).toBe('https://push.example.com/base/?auth=QmVhcmVyIHRr')
})

it.each<[Kind, number | null]>([
  ['slack', 30_000],
  ['discord', 65_000],
  ['teams', 12_000],
  ['googlechat', null],
  ['telegram', 14_000],
  ['ntfy', null],
  ['gotify', null],
  ['mattermost', null],
  ['pagerduty', null],
  ['alertmanager', null],
  ['generic', 20_000],
])('%s that has too many messages is left alone for as long as it says: %s ms', async (kind, retryAfterMs) => {
  expect(await sendTo(kind, 'limited')).toMatchObject({ outcome: 'failed', status: 429, retryAfterMs })
})

it.each<[Kind, string, string]>([
  [
    'slack',
    'refused',
    'Slack answered 404: the webhook does not exist any more; set ALERT_WEBHOOK_URL again (no_service)',
  ],
  ['discord', 'refused', 'Unknown Webhook'],
  ['teams', 'refused', 'WorkflowNotFound'],
  ['googlechat', 'refused', 'NOT_FOUND'],
  ['telegram', 'refused', 'Forbidden: bot was blocked by the user'],
  ['ntfy', 'refused', 'forbidden'],
  ['gotify', 'refused', 'Unauthorized'],
  ['mattermost', 'refused', 'web.incoming_webhook.invalid.app_error'],
  ['pagerduty', 'malformed', "'routing_key' is invalid"],
  ['alertmanager', 'refused', '404 page not found'],
  ['generic', 'refused', 'gone'],
])('%s whose address is not valid any more is %s, in its own words', async (kind, outcome, words) => {
  expect(await sendTo(kind, 'gone')).toMatchObject({ outcome, error: expect.stringContaining(words) })
})

it('a Telegram group with another id is said without the ids', async () => {
  vi.stubGlobal('fetch', async () =>
    Response.json(
      {
        ...{ ok: false, error_code: 400, description: 'Bad Request: group chat was upgraded to a supergroup chat' },
        parameters: { migrate_to_chat_id: -1009182736450 },
      },
      { status: 400 },
    ),
  )
  const parsed = parseChannel(SAMPLE_URLS.telegram)
  if (!parsed.ok) throw new Error(parsed.reason)
  const result = await sendWebhook(parsed.channel, sampleMessage(), newDelivery('m', 'c', 0), sampleMeans())
  expect(result).toMatchObject({
    outcome: 'malformed',
    error: 'Telegram answered 400: it does not take this message (the group has another chat_id now; set that)',
  })
})
