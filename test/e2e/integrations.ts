import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { parse as parseYaml } from 'yaml'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { BreakdownView, CostsView, HistoryView, ModelsView, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { freePort } from './harness/freePort.ts'
import { ROOT, startGroup } from './harness/processGroup.ts'
import { Product } from './harness/product.ts'
import { programOf } from './harness/programOf.ts'
import { until } from './harness/until.ts'

const API_TOKEN = 'Zk4tq9ZsW2mXc7Lb0RyH5nJd8PgF3uEaT6iQ1oC"\\w'
const AUTHORIZATION = { authorization: `Bearer ${API_TOKEN}` }
const RULES = join(ROOT, 'integrations/prometheus')
/** Names as a hostile project might give its models. */
const HOSTILE = '=cmd|"x"} 1\nopenai_usage_day_ratio{tier="mini"} 9'

/** What other tools read, read by them: Debian's Prometheus and promtool, another reader of CSV, the gate in a shell. */
export default async function integrations(found: Findings): Promise<void> {
  const simulator = await startSimulator({ empty: true })
  const product = new Product({
    OPENAI_BASE_URL: simulator.baseUrl,
    POLL_CRON: '0 12 1 1 *',
    AUTH_MODE: 'token',
    API_TOKEN,
    BADGE: 'public',
    PREMIUM_TIER_LIMIT: '10000',
    MONTHLY_BUDGET_USD: '100',
    ALERT_WEBHOOK_URL: 'generic+http://127.0.0.1:9/nobody',
  })
  const ask = (path: string, headers: Record<string, string> = AUTHORIZATION, method = 'GET') =>
    fetch(product.url + path, { method, headers })
  const get = async <T>(path: string) => (await ask(path)).json() as Promise<T>
  try {
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 4_321, output: 1_234 })
    simulator.add({ model: HOSTILE, input: 11, output: 2 })
    simulator.add({ model: 'gpt-4o-mini-2024-07-18', input: 98_765, output: 4_321 })
    await product.migrate()
    await product.startAndWait()
    await until(async () => (await ask('/api/poll', AUTHORIZATION, 'POST')).ok, 20_000)
    await strangers(found, path => ask(path, {}))
    await sheets(found, ask)
    await gate(found, product.url)
    const program = programOf('prometheus')
    if (program === null || programOf('promtool') === null)
      return found.skip('Prometheus', 'apt-get install prometheus')
    await tools(found, await (await ask('/metrics')).text())
    const prometheus = await startPrometheus(program, product.url)
    try {
      await scraped(found, prometheus.query, () => get<UsageView>('/api/usage'))
      simulator.add({ model: 'gpt-4o-2024-08-06', input: 5_000, output: 0 })
      await until(async () => (await ask('/api/poll', AUTHORIZATION, 'POST')).ok, 20_000)
      const { premium } = await get<UsageView>('/api/usage')
      found.check(
        'and the number of the next poll when there is one',
        await until(
          async () =>
            (await prometheus.query('sum(openai_usage_day_tokens{tier="premium"})'))[0]?.value === premium.tokens_used,
          15_000,
        ),
        premium,
      )
      await dashboard(found, prometheus.query)
      await rules(found, prometheus.api)
    } finally {
      await prometheus.end()
    }
  } finally {
    await product.end()
    await simulator.close()
  }
}

async function strangers(found: Findings, ask: (path: string) => Promise<Response>): Promise<void> {
  const paths = [
    '/metrics',
    ...['history', 'models', 'breakdown', 'costs', 'alerts'].map(name => `/api/${name}?format=csv`),
  ]
  const statuses = await Promise.all(paths.map(async path => (await ask(path)).status))
  found.equal('a stranger gets no metrics and no sheet', [...new Set(statuses)], [401])
  const badge = await ask('/badge/premium.svg')
  found.equal(
    'but the badge, where it is public',
    [badge.status, badge.headers.get('content-type')],
    [200, 'image/svg+xml; charset=utf-8'],
  )
}

async function sheets(
  found: Findings,
  ask: (path: string, headers?: Record<string, string>) => Promise<Response>,
): Promise<void> {
  const json = async <T>(path: string) => (await ask(path)).json() as Promise<T>
  const read = async (path: string) =>
    parseCsv(await (await ask(`${path}${path.includes('?') ? '&' : '?'}format=csv&bom=1`)).text(), {
      columns: true,
      bom: true,
    }) as Record<string, string>[]
  /** Every field of the JSON that is in the sheet is the same there, but for the apostrophe before what looks like a formula. */
  const differing = (rows: readonly object[], sheet: readonly Record<string, string>[]) =>
    rows.flatMap((row, at) =>
      Object.entries(row).filter(([name, value]) => {
        const cell = sheet[at]?.[name]
        if (cell === undefined) return false
        if (typeof value === 'number') return Number(cell) !== value
        return cell !== String(value ?? '') && cell !== `'${value}`
      }),
    )
  const cases: [string, () => Promise<object[]>][] = [
    ['/api/history?days=1', async () => (await json<HistoryView>('/api/history?days=1')).snapshots],
    [
      '/api/history?days=2&interval=hour',
      async () => (await json<HistoryView>('/api/history?days=2&interval=hour')).snapshots,
    ],
    [
      '/api/history?days=2&interval=day',
      async () => (await json<HistoryView>('/api/history?days=2&interval=day')).snapshots,
    ],
    ['/api/models', async () => (await json<ModelsView>('/api/models')).models],
    ['/api/breakdown?by=model', async () => (await json<BreakdownView>('/api/breakdown?by=model')).rows],
    ['/api/costs?days=2', async () => (await json<CostsView>('/api/costs?days=2')).rows],
  ]
  for (const [path, rowsOf] of cases) {
    // The first month is still being read, so one of the two may be older.
    let last: unknown
    const isSame = async () => {
      const [rows, sheet] = [await rowsOf(), await read(path)]
      last = { rows: rows.length, lines: sheet.length, differing: differing(rows, sheet) }
      return rows.length > 0 && rows.length === sheet.length && differing(rows, sheet).length === 0
    }
    const sentence = `${path} as a sheet has as many rows, and the same numbers, in another reader`
    found.check(sentence, await until(isSame, 15_000), last)
  }
  const models = await read('/api/models')
  found.check(
    'what looks like a formula is text there',
    models.some(({ model }) => model?.startsWith("'=cmd")),
    models,
  )
  for (const path of ['/api/usage', '/api/forecast', ...cases.map(([path]) => path)]) {
    const isKept = async () => {
      const tag = (await ask(path)).headers.get('etag') ?? ''
      const again = await ask(path, { ...AUTHORIZATION, 'if-none-match': `"x", W/${tag}` })
      return again.status === 304 && (await again.text()) === ''
    }
    found.check(`${path} is 304 to a client that has it`, await until(isKept, 10_000))
  }
}

async function gate(found: Findings, url: string): Promise<void> {
  const environment = { OPENAI_USAGE_URL: url, OPENAI_USAGE_TOKEN: API_TOKEN }
  const script = join(ROOT, 'integrations/gate/openai-gate.sh')
  const exits = async (args: string[], env: Record<string, string> = environment) =>
    (await ran('sh', [script, ...args], env)).code
  found.equal('the gate lets pass what fits', await exits(['--model', 'gpt-4o-mini', '--tokens', '1000']), 0)
  const full = await ran('sh', [script, '--tier', 'premium', '--tokens', '10000'], environment)
  found.equal('and ends with 1 where it does not', full.code, 1)
  found.check(
    'and says how much is left',
    /10000 tokens do not fit: \d+ of 10000 are left/.test(full.printed),
    full.printed,
  )
  found.equal(
    'a wrong token and a wrong call end with 2',
    [
      await exits(['--tier', 'mini', '--tokens', '1'], { ...environment, OPENAI_USAGE_TOKEN: 'x' }),
      await exits(['--tokens', '1']),
    ],
    [2, 2],
  )
  const nowhere = { ...environment, OPENAI_USAGE_URL: 'http://127.0.0.1:9' }
  found.equal(
    'what nobody knows ends with 3, or passes where that is wanted',
    [
      await exits(['--tier', 'mini', '--tokens', '1'], nowhere),
      await exits(['--tier', 'mini', '--tokens', '1', '--when-unknown', 'pass'], nowhere),
    ],
    [3, 0],
  )

  const folder = join(ROOT, 'integrations/github-action')
  const action = parseYaml(readFileSync(join(folder, 'action.yml'), 'utf8')) as { runs: { steps: { run: string }[] } }
  const output = join(mkdtempSync(join(tmpdir(), 'gate-')), 'output')
  const step = async (tokens: string, more: Record<string, string> = {}) => {
    writeFileSync(output, '')
    const env = {
      ...environment,
      GITHUB_ACTION_PATH: folder,
      GITHUB_OUTPUT: output,
      TOKENS: tokens,
      MODEL: '',
      TIER: 'premium',
      WHEN_UNKNOWN: 'fail',
      ON_EXHAUSTED: 'fail',
      ...more,
    }
    const { code } = await ran(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', action.runs.steps[0]?.run ?? ''],
      env,
    )
    return [code, readFileSync(output, 'utf8').trim()]
  }
  found.equal(
    'the step of a workflow passes, fails, or goes on and says so',
    [await step('10'), await step('10000'), await step('10000', { ON_EXHAUSTED: 'continue' })],
    [
      [0, 'fits=true'],
      [1, 'fits=false'],
      [0, 'fits=false'],
    ],
  )
}

async function tools(found: Findings, metrics: string): Promise<void> {
  const checked = await ran('promtool', ['check', 'metrics'], {}, metrics)
  found.equal('promtool finds nothing to say about the metrics', [checked.code, checked.printed], [0, ''])
  for (const args of [
    ['check', 'rules', 'recording.rules.yml', 'alerts.rules.yml'],
    ['test', 'rules', 'alerts.test.yml'],
  ]) {
    const { code, printed } = await ran('promtool', args, {}, '', RULES)
    found.check(`promtool ${args.slice(0, 2).join(' ')} passes`, code === 0, printed)
  }
}

interface Sampled {
  labels: Record<string, string>
  value: number
}
type Query = (expression: string) => Promise<Sampled[]>

async function scraped(found: Findings, query: Query, usage: () => Promise<UsageView>): Promise<void> {
  found.check(
    'Prometheus scrapes the tracker with its token',
    await until(async () => (await query('up'))[0]?.value === 1, 30_000),
    await query('up'),
  )
  const { premium, mini } = await usage()
  const byTier = async (expression: string) =>
    Object.fromEntries((await query(expression)).map(({ labels, value }) => [labels.tier, value]))
  found.equal("and answers with the tracker's tokens", await byTier('sort(sum by (tier) (openai_usage_day_tokens))'), {
    premium: premium.tokens_used,
    mini: mini.tokens_used,
  })
  found.equal('and its shares of the limits', await byTier('sort_desc(openai_usage_day_ratio)'), {
    premium: premium.tokens_used / premium.limit,
    mini: mini.tokens_used / mini.limit,
  })
  const hostile = await query('openai_usage_day_requests{model=~"=cmd.*"}')
  found.equal(
    'a hostile name is a name',
    hostile.map(({ labels, value }) => [labels.model, value]),
    [[HOSTILE.replace('\n', ' '), 1]],
  )
}

async function dashboard(found: Findings, query: Query): Promise<void> {
  type Panel = { title: string; targets: { expr: string }[] }
  const { panels } = JSON.parse(readFileSync(join(ROOT, 'integrations/grafana/openai-usage.json'), 'utf8')) as {
    panels: Panel[]
  }
  const filled = (expression: string) => expression.replaceAll('$instance', '.*').replaceAll('$tier', '.*')
  const refused: string[] = []
  const empty: string[] = []
  let asked = 0
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      asked += 1
      const answer = await query(filled(expr)).catch(error => `${title}: ${error}`)
      if (typeof answer === 'string') refused.push(answer)
      else if (answer.length === 0) empty.push(`${title}: ${expr}`)
    }
  }
  found.equal(`Prometheus takes each of the ${asked} queries of the Grafana dashboard`, refused, [])
  const withData = asked - empty.length
  found.check('and has data for them', withData > asked * 0.6, empty)
  found.note(`${withData} of ${asked} with data; empty: ${empty.join(' | ').slice(0, 900)}`)
  found.check(
    'what is drawn of today is never empty',
    !empty.some(each => /^(Used of|By model|Free and|Tracker|Age of|Owed)/.test(each)),
    empty,
  )
}

async function rules(found: Findings, api: <T>(path: string) => Promise<T>): Promise<void> {
  type Group = { rules: { name: string; health: string; lastError?: string }[] }
  const all = async () => (await api<{ groups: Group[] }>('/rules')).groups.flatMap(group => group.rules)
  const wanted = readdirSync(RULES)
    .filter(name => name.endsWith('.rules.yml'))
    .flatMap(name => readFileSync(join(RULES, name), 'utf8').match(/^ +- (alert|record):/gm) ?? []).length
  found.check(
    'all rules are loaded and healthy',
    await until(async () => (await all()).filter(({ health }) => health === 'ok').length === wanted, 15_000),
    await all(),
  )
  const firing = async () =>
    (await api<{ alerts: { labels: Record<string, string>; state: string }[] }>('/alerts')).alerts
      .filter(({ state }) => state === 'firing')
      .map(({ labels }) => `${labels.alertname} ${labels.tier ?? ''}`.trim())
  found.check(
    'past the limit, the alert for it fires',
    await until(async () => (await firing()).includes('OpenAILimitReached premium'), 15_000),
    await firing(),
  )
}

async function startPrometheus(program: string, target: string) {
  const dir = mkdtempSync(join(tmpdir(), 'prometheus-'))
  for (const name of ['recording.rules.yml', 'alerts.rules.yml']) copyFileSync(join(RULES, name), join(dir, name))
  const config = parseYaml(readFileSync(join(RULES, 'prometheus.yml'), 'utf8'))
  const [job] = config.scrape_configs
  Object.assign(job, { scheme: 'http', scrape_interval: '1s' })
  job.static_configs[0].targets = [new URL(target).host]
  config.global = { evaluation_interval: '1s' }
  writeFileSync(join(dir, 'openai-usage.token'), API_TOKEN, { mode: 0o600 })
  // JSON is YAML.
  writeFileSync(join(dir, 'prometheus.yml'), JSON.stringify(config))
  const port = await freePort()
  const paths = ['--config.file', join(dir, 'prometheus.yml'), '--storage.tsdb.path', join(dir, 'data')]
  const group = startGroup(program, [...paths, '--web.listen-address', `127.0.0.1:${port}`, '--log.level', 'warn'])
  const api = async <T>(path: string): Promise<T> => {
    const answer = (await (await fetch(`http://127.0.0.1:${port}/api/v1${path}`)).json()) as {
      status: string
      error?: string
      data: T
    }
    if (answer.status !== 'success') throw new Error(answer.error)
    return answer.data
  }
  type Vector = { result: { metric: Record<string, string>; value: [number, string] }[] }
  const query: Query = async expression =>
    (await api<Vector>(`/query?query=${encodeURIComponent(expression)}`)).result.map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1]),
    }))
  if (!(await until(async () => (await query('vector(1)')).length === 1, 20_000)))
    throw new Error(`no Prometheus:\n${group.printed()}`)
  return {
    api,
    query,
    async end() {
      await group.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function ran(command: string, args: string[], env: Record<string, string>, input = '', cwd = ROOT) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env } })
  let printed = ''
  child.stdout.on('data', text => (printed += text))
  child.stderr.on('data', text => (printed += text))
  // A program that wants none may be gone before it comes.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number]
  return { code, printed }
}
