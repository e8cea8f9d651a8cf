import { startSimulator } from '../../simulator/start-simulator.ts'
import type { StatusView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { openLive } from './harness/liveSocket.ts'
import { Product } from './harness/product.ts'
import { until } from './harness/until.ts'

const DASHBOARDS = 100

/** A hundred dashboards and one poll. */
export default async function dashboards(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true })
  const product = new Product({ OPENAI_BASE_URL: simulator.baseUrl, POLL_CRON: '0 0 * * * *' })
  try {
    await product.migrate()
    await product.startAndWait()
    await product.poll()
    const sockets = await Promise.all(Array.from({ length: DASHBOARDS }, () => openLive(product.url)))
    found.equal('every dashboard is counted', (await product.get<StatusView>('/api/status')).connections, DASHBOARDS)
    found.check(
      'each begins with a snapshot',
      sockets.every(({ frames }) => frames[0]?.type === 'snapshot'),
    )
    const requests = simulator.state().requests
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 1_000, output: 234 })
    const askedAt = Date.now()
    await product.poll()
    const reached = () => sockets.filter(socket => socket.usageTotals().includes(1_234)).length
    await until(() => reached() === DASHBOARDS, 10_000, 10)
    const took = Date.now() - askedAt
    found.equal('one poll brings all of them the new numbers', reached(), DASHBOARDS)
    found.note(
      `${took} ms from the request to the last dashboard, ${simulator.state().requests - requests} requests to OpenAI`,
    )
    const rising = sockets.every(({ frames }) =>
      frames.every(({ seq }, at) => at === 0 || seq > (frames[at - 1]?.seq ?? 0)),
    )
    found.check('numbers of frames only rise', rising)
    for (const socket of sockets) socket.hangUp()
    found.check(
      'none is counted once they are gone',
      await until(async () => (await product.get<StatusView>('/api/status')).connections === 0, 10_000),
    )
  } finally {
    await product.end()
    await simulator.close()
  }
}
