import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, StatusView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { sleep, until } from './harness/until.ts'

const DOWN_MS = 20_000

/** One receiver is down for a while, another is gone for good. */
export default async function receiver(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true })
  const flaky = await startReceiver()
  const gone = await startReceiver(410)
  flaky.down(true)
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '*/2 * * * * *',
    PREMIUM_TIER_LIMIT: '10000',
    ALERT_WEBHOOK_URL: `${flaky.url},${gone.url}`,
  })
  const status = () => product.get<StatusView>('/api/status')
  try {
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 8_000, output: 500 })
    await product.migrate()
    await product.startAndWait()
    await product.poll()
    found.check(
      'a failing delivery is shown as waiting',
      await until(async () => (await status()).deliveries.channels.some(({ state }) => state === 'retrying'), 15_000),
      (await status()).deliveries,
    )
    found.check(
      'a receiver that answers 410 is parked, and the status shows it',
      await until(async () => {
        const { channels } = (await status()).deliveries
        return channels.some(
          ({ state, last_status, parked }) => state === 'parked' && last_status === 410 && parked === 1,
        )
      }, 15_000),
      (await status()).deliveries,
    )
    await sleep(DOWN_MS)
    // Rich, then plain, because a refusal may be about the body.
    found.equal('while it was down the other receiver was asked twice', gone.received.length, 2)
    flaky.down(false)
    const cameAt = Date.now()
    found.check('once it is up it gets the message', await until(() => flaky.received.length > 0, 60_000))
    found.note(`${((Date.now() - cameAt) / 1000).toFixed(1)} s after it came up`)
    await sleep(5_000)
    found.equal('exactly once', flaky.received.length, 1)
    const { alerts } = await product.get<AlertsView>('/api/alerts')
    found.equal(
      'and it is marked as sent',
      alerts.map(({ sent, threshold }) => ({ sent, threshold })),
      [{ sent: true, threshold: 80 }],
    )
    found.equal('under the id of its message', flaky.received[0]?.id, alerts[0]?.message_id)
  } finally {
    await product.end()
    await Promise.all([flaky.close(), gone.close(), simulator.close()])
  }
}
