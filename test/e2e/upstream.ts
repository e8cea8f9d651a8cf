import { startSimulator } from '../../simulator/start-simulator.ts'
import type { StatusView, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { Product } from './harness/product.ts'
import { until } from './harness/until.ts'

/** Each of them means that nothing of the answer may be used. Of the kind that hangs for 20 s one is enough. */
const FAULTS: readonly [fault: string, code: RegExp][] = [
  ['401', /refused/],
  ['401-generic', /refused/],
  ['403', /missing_scope/],
  ['403-string', /missing_scope/],
  ['404', /unexpected_status/],
  ['429', /rate_limited/],
  ['429-no-retry-after', /rate_limited/],
  ['500', /upstream_error/],
  ['500-empty', /upstream_error/],
  ['503-html', /upstream_error/],
  ['503-retry-after', /upstream_error/],
  ['redirect', /unexpected_status/],
  ['html-200', /malformed/],
  ['empty-200', /malformed/],
  ['reset', /unreachable/],
  ['reset-mid-body', /unreachable|malformed/],
  ['short-body', /unreachable|malformed/],
  ['truncated-json', /malformed/],
  ['null-body', /malformed/],
  ['missing-field', /malformed/],
  ['missing-has-more', /malformed/],
  ['negative', /malformed/],
  ['nan', /malformed/],
  ['fraction', /malformed/],
  ['too-big', /malformed/],
  ['repeat-cursor', /malformed/],
  ['missing-cursor', /malformed/],
  ['endless-pages', /malformed/],
  ['hang', /timeout/],
]
const PLANTED = 'sk-admin-PLANTEDplantedPLANTED0123456789'
const PLANTED_PATH = 'T0000PLANTEDhook'
/** What the simulator's 401 repeats of a key. */
const ECHOED = 'sk-admin-abcdefghijklmnop1234'
const ROUTES = ['/api/usage', '/api/models', '/api/status', '/api/alerts', '/api/history?days=1', '/ready', '/health']

/** OpenAI refuses, limits, breaks, hangs and talks nonsense: the numbers stay, the status says so, and it heals. */
export default async function upstream(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true, adminKey: PLANTED })
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    OPENAI_ADMIN_KEY: PLANTED,
    POLL_CRON: '*/2 * * * * *',
    ALERT_WEBHOOK_URL: `https://hooks.slack.com/services/${PLANTED_PATH}`,
  })
  const answers: string[] = []
  const status = () => product.get<StatusView>('/api/status')
  const numbers = async () => {
    const { premium, mini } = await product.get<UsageView>('/api/usage')
    return [premium.tokens_used, mini.tokens_used]
  }
  try {
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 4_000, output: 321 })
    simulator.add({ model: 'gpt-4o-mini-2024-07-18', input: 77_000, output: 123 })
    await product.migrate()
    await product.startAndWait()
    await until(async () => (await numbers())[0] === 4_321, 20_000)
    for (const [fault, code] of FAULTS) {
      const before = Math.floor(Date.now() / 1000)
      simulator.fault(fault)
      const polled = await fetch(`${product.url}/api/poll`, { method: 'POST' })
      answers.push(await polled.text())
      await until(async () => (await status()).error !== null, 25_000)
      const { error, state, failures } = await status()
      const told =
        error !== null &&
        code.test(error.code) &&
        error.message !== '' &&
        error.action !== '' &&
        error.since >= before - 1
      const kept = JSON.stringify(await numbers()) === '[4321,77123]'
      for (const route of ROUTES) answers.push(await (await fetch(product.url + route)).text())
      simulator.clearFaults()
      const healed = await until(async () => (await status()).error === null && (await status()).state === 'ok', 30_000)
      found.check(
        `${fault}: numbers stay, the status says what and since when, the next success heals`,
        told && kept && healed && polled.status >= 429 && state !== 'ok',
        { answer: polled.status, state, failures, error, kept, healed },
      )
    }
    const all = [...answers, ...product.log().split('\n')]
    for (const secret of [PLANTED, PLANTED_PATH, ECHOED, ECHOED.slice(-14)]) {
      const leaks = all.filter(text => text.includes(secret))
      found.check(
        `'${secret.slice(0, 12)}...' is in none of ${all.length} answers and log lines`,
        leaks.length === 0,
        leaks[0],
      )
    }
  } finally {
    await product.end()
    await simulator.close()
  }
}
