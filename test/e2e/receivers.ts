import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { ReceiversView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { ROOT } from './harness/processGroup.ts'
import { Product } from './harness/product.ts'
import { startService } from './harness/services.ts'
import { sleep, until } from './harness/until.ts'

const TOKEN = 'kA9sLd8fGh7jPq2wEr5tZx1c'
const AT_ONCE_MS = 1_000

/** Ten receivers of ten kinds: one hangs, one refuses, one has too many messages. The others wait for none of them. */
export default async function receivers(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true })
  const sick = {
    hanging: await startService('generic', `/${TOKEN}`, 'hanging'),
    refusing: await startService('slack', `/services/T0/B0/${TOKEN}`, 'gone'),
    limited: await startService('discord', `/api/webhooks/1/${TOKEN}`, 'limited'),
  }
  const well = [
    await startService('teams', `/workflows/1/triggers/manual/paths/invoke?sig=${TOKEN}`),
    await startService('googlechat', `/v1/spaces/A/messages?key=${TOKEN}&token=${TOKEN}`),
    await startService('telegram', `/bot123:${TOKEN}/sendMessage?chat_id=-100200300400`),
    await startService('ntfy', `/usage-${TOKEN}`),
    await startService('gotify', `/message?token=A${TOKEN}`),
    await startService('mattermost', `/hooks/${TOKEN}`),
    await startService('pagerduty', `/v2/enqueue?routing_key=${TOKEN}01234567`),
  ]
  const all = [...Object.values(sick), ...well]
  const urls = all.map(({ url }) => url).join(' ')
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '0 0 1 1 *',
    PREMIUM_TIER_LIMIT: '10000',
    ALERT_WEBHOOK_URL: urls,
    PUBLIC_URL: 'https://usage.example.com/',
  })
  try {
    await product.migrate()
    await product.startAndWait()
    await product.poll()
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 8_000, output: 500 })
    const askedAt = Date.now()
    void product.poll()
    await until(() => all.every(({ came }) => came.length > 0), 10_000, 20)
    await sleep(1_500)
    for (const { kind, came } of well) {
      found.equal(
        `${kind} takes what it is sent`,
        came.map(({ status }) => status >= 200 && status < 300),
        [true],
      )
    }
    // The commit comes after the question, so this is more than is promised.
    const late = Math.max(...well.map(({ came }) => (came[0]?.at ?? Number.POSITIVE_INFINITY) - askedAt))
    found.check(`all seven have it within a second of the poll`, late <= AT_ONCE_MS, `${late} ms`)
    found.note(`the last had it ${late} ms after the poll was asked for`)
    const view = await product.get<ReceiversView>('/api/receivers')
    const states = Map.groupBy(view.receivers, ({ state }) => state)
    found.equal(
      'the one that refuses is shown as parked',
      states.get('parked')?.map(({ kind }) => kind),
      ['slack'],
    )
    found.equal(
      'the one that is busy is retried',
      states.get('retrying')?.map(({ kind }) => kind),
      ['discord'],
    )
    const limited = view.receivers.find(({ kind }) => kind === 'discord')
    const waitS = (limited?.next_attempt_at ?? 0) - askedAt / 1000
    found.check('as late as it asked for', waitS >= 63 && waitS <= 70, waitS)
    await tellsEachByCommand(found, urls, view.count)
    const said =
      product.log() + JSON.stringify([view, await product.get('/api/status'), await product.get('/api/alerts')])
    found.check(
      'no secret of a receiver is in the log or an answer',
      !said.includes(TOKEN) && !said.includes('200300400'),
    )
  } finally {
    await product.end()
    await Promise.all([...all, simulator].map(each => each.close()))
  }
}

/** `npm run receivers:test` on the same settings. */
async function tellsEachByCommand(found: Findings, urls: string, count: number): Promise<void> {
  const env = { ...process.env, ALERT_WEBHOOK_URL: urls, PUBLIC_URL: 'https://usage.example.com/' }
  const run = promisify(execFile)('npm', ['run', '--silent', 'receivers:test'], { cwd: ROOT, env })
  const { stdout, code } = await run.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  )
  const outcomes = ['delivered', 'accepted', 'refused', 'unreachable'].map(
    outcome => stdout.split('\n').filter(line => line.includes(` ${outcome} `)).length,
  )
  found.equal(
    `npm run receivers:test tells what came of each of the ${count}, and ends with 1`,
    [outcomes, code],
    [[5, 2, 2, 1], 1],
  )
  found.check('and no secret of any', !stdout.includes(TOKEN), stdout)
}
