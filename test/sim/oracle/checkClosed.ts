import type { World } from '../world/world.ts'
import { checkDeliveries } from './checkDeliveries.ts'
import { atRest, checkConduct } from './checkSettled.ts'
import { checkSnapshots } from './checkSnapshots.ts'
import { type Failure, Findings } from './failure.ts'
import { DAY, dateText, HOUR, midnightOf, sumUp, truthOf } from './truth.ts'

/** Every day of the run has closed: its summary is final, and its hours are the ledger's, group by group. */
export async function checkClosed(world: World): Promise<Failure[]> {
  const findings = new Findings()
  await atRest(world)
  const today = midnightOf(dateText(world.timeline.now / 1000))
  const closed = (from: number) => datesBetween(from, today - 3 * DAY)
  for (const start of closed(midnightOf(dateText(world.scenario.heal / 1000)) - 29 * DAY))
    checkSummary(world, start, findings)
  for (const start of closed(midnightOf(dateText(world.scenario.start / 1000)) - 5 * DAY))
    checkHours(world, start, findings)
  const left = world.disk.read<{ n: number }>('SELECT count(*) AS n FROM history_entry')[0]?.n
  findings.equal('outbox', left, 0, () => 'rows owed to D1')
  checkSnapshots(world, findings)
  checkDeliveries(world, findings)
  checkConduct(world, findings)
  return findings.failures
}

function datesBetween(from: number, to: number): number[] {
  const dates: number[] = []
  for (let start = from; start <= to; start += DAY) dates.push(start)
  return dates
}

interface Summary {
  tier: 'premium' | 'mini'
  tokens_used: number
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
  free_tokens: number
  billed_tokens: number
  final: number
}

export function checkSummary(world: World, start: number, findings: Findings): void {
  const date = dateText(start)
  const now = world.timeline.now / 1000
  const truth = truthOf(world.ledger, start, start + DAY, now)
  const rows = world.d1.read<Summary>('SELECT * FROM daily_summaries WHERE date = ?', date)
  for (const tier of ['premium', 'mini'] as const) {
    const row = rows.find(row => row.tier === tier)
    const must = truth[tier]
    const shown = row && [
      row.tokens_used,
      row.input_tokens,
      row.output_tokens,
      row.cached_tokens,
      row.requests,
      row.free_tokens,
      row.billed_tokens,
      row.final,
    ]
    const due = [must.tokens, must.input, must.output, must.cached, must.requests, must.free, must.billed, 1]
    findings.equal('summaries', shown, due, () => `summary of ${date} ${tier}`)
  }
}

interface HourRow {
  hour: number
  model: string
  service_tier: string
  project: string
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
}

export function checkHours(world: World, start: number, findings: Findings): void {
  const now = world.timeline.now / 1000
  const rows = world.d1.read<HourRow>('SELECT * FROM model_usage WHERE hour >= ? AND hour < ?', start, start + DAY)
  const shown = rows
    .map(row => [
      row.hour,
      row.model,
      row.service_tier,
      row.project,
      row.input_tokens,
      row.output_tokens,
      row.cached_tokens,
      row.requests,
    ])
    .filter(row => row.slice(4).some(count => count !== 0))
  const buckets = world.ledger.buckets(start, start + DAY, HOUR, now)
  const must = buckets.flatMap(({ start: hour, sums }) =>
    sums.map(sum => [
      hour,
      sum.model,
      sum.serviceTier ?? '',
      sum.project ?? '',
      sum.input,
      sum.output,
      sum.cached,
      sum.requests,
    ]),
  )
  const sorted = (list: unknown[][]) => list.map(row => JSON.stringify(row)).sort()
  const [have, need] = [sorted(shown), sorted(must)]
  const lacks = need.filter(row => !have.includes(row))
  const extra = have.filter(row => !need.includes(row))
  findings.expect(
    'hours',
    lacks.length + extra.length === 0,
    () => `hours of ${dateText(start)}: lacks ${lacks.slice(0, 2)}, has ${extra.slice(0, 2)}`,
  )
  for (const { start: hour, sums } of buckets) {
    const truth = sumUp(sums)
    const total = world.d1.read<{ premium_tokens: number; mini_tokens: number }>(
      'SELECT * FROM hour_totals WHERE hour = ?',
      hour,
    )[0]
    findings.equal(
      'hours',
      [total?.premium_tokens, total?.mini_tokens],
      [truth.premium.tokens, truth.mini.tokens],
      () => `total of hour ${hour}`,
    )
  }
}
