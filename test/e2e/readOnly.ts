import { startSimulator } from '../../simulator/start-simulator.ts'
import type { HistoryView, Problem, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { freePort } from './harness/freePort.ts'
import { startGroup } from './harness/processGroup.ts'
import { Product } from './harness/product.ts'
import { SmallDisk } from './harness/smallDisk.ts'
import { startSays } from './harness/startSays.ts'
import { sleep, until } from './harness/until.ts'

const MODEL = 'gpt-4o-2024-08-06'
const ROUTES = ['/api/usage', '/api/models', '/api/status', '/api/alerts?days=1', '/api/history?days=1']

/** The folder of the state becomes read-only under the running process, and is so at a start. */
export default async function readOnly(found: Findings): Promise<void> {
  const disk = SmallDisk.make(24)
  if (typeof disk === 'string') return found.skip('a read-only folder', `no file system can be made here: ${disk}`)
  const simulator = await startSimulator({ empty: true })
  const product = new Product({ OPENAI_BASE_URL: simulator.baseUrl, POLL_CRON: '*/2 * * * * *' }, disk.dir)
  try {
    await product.migrate()
    await product.startAndWait()
    simulator.add({ model: MODEL, input: 4_000, output: 321 })
    found.equal('a poll is acknowledged', (await product.poll()).premium_tokens, 4_321)
    disk.makeReadOnly()
    simulator.add({ model: MODEL, input: 1_000, output: 0 })
    const polled = await fetch(`${product.url}/api/poll`, { method: 'POST' })
    const problem = (await polled.json()) as Problem
    found.equal('the next one is refused', [polled.status, problem.code], [503, 'storage_failed'])
    found.check(
      'and says what is wrong and what to do',
      /storage .*(read-only|read or written).*restart/.test(problem.detail),
    )
    const codes = new Set<string>()
    for (let round = 0; round < 3; round++) {
      for (const route of ROUTES) {
        const answer = await fetch(product.url + route)
        codes.add(answer.status === 200 ? 'shown' : ((await answer.json()) as Problem).code)
      }
      await sleep(2_000)
    }
    found.check('nothing is shown as if it were current', !codes.has('shown') && codes.has('storage_failed'), [
      ...codes,
    ])
    found.equal('/health still answers', (await fetch(`${product.url}/health`)).status, 200)
    found.equal('/ready says that it is blind', (await fetch(`${product.url}/ready`)).status, 503)
    await product.kill()
    await startSays(found, disk.dir, 'is on a read-only file system (EROFS)')

    disk.mend()
    await product.startAndWait()
    const usage = () => product.get<UsageView>('/api/usage')
    await until(async () => (await usage()).premium.tokens_used === 5_321, 20_000)
    found.equal("writable again, the total is the ledger's", (await usage()).premium.tokens_used, 5_321)
    const { snapshots } = await product.get<HistoryView>('/api/history?days=1')
    found.check(
      'the poll that was acknowledged is in the history',
      snapshots.some(({ premium_tokens }) => premium_tokens === 4_321),
      snapshots,
    )
    await product.kill()
    await consoleSays(found, disk)
  } finally {
    await product.kill()
    await simulator.close()
    disk.end()
  }
}

/** Under npm start a person reads the console: one sentence in the place of pages of stacks. */
async function consoleSays(found: Findings, disk: SmallDisk): Promise<void> {
  const ports = ['--port', String(await freePort()), '--simulator-port', String(await freePort())]
  const group = startGroup('npm', ['start', '--', ...ports, '--persist-to', disk.dir], { OPENAI_ADMIN_KEY: '' })
  try {
    await until(() => group.printed().includes('Ctrl-C ends it'), 60_000)
    disk.makeReadOnly()
    const told = () =>
      group
        .printed()
        .split('\n')
        .filter(line => line.includes(`The folder ${disk.dir}`))
    await until(() => told().length > 0, 20_000)
    await sleep(5_000)
    found.check('the console says once what is wrong with which folder', told().length === 1, group.printed())
    found.check('and keeps back what workerd says of it', !group.printed().includes('SQLITE_'), group.printed())
  } finally {
    group.child.kill('SIGTERM')
    await until(() => group.child.exitCode !== null, 15_000)
    await group.kill()
  }
}
