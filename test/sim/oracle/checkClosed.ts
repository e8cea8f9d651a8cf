import type { World } from '../world/world.ts'
import { checkDeliveries } from './checkDeliveries.ts'
import { checkAge, checkWritten } from './checkGrown.ts'
import { checkHistory } from './checkHistory.ts'
import { checkNothingOwed } from './checkRest.ts'
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
  for (const start of closed(firstSummary(world))) {
    if (isGivenUp(world, start, 'day')) continue
    checkSummary(world, start, findings)
    checkGroups(world, start, findings)
  }
  for (const start of closed(Math.max(oldestIn(world), midnightOf(dateText(world.scenario.start / 1000)) - 5 * DAY)))
    if (!isGivenUp(world, start, 'hours')) checkHours(world, start, findings)
  checkNothingOwed(world, findings)
  await checkHistory(world, findings)
  checkSnapshots(world, findings)
  checkDeliveries(world, findings)
  if (world.scenario.alphabet === 'age') checkAge(world, findings)
  if (world.scenario.alphabet === 'size') checkWritten(world, findings)
  checkConduct(world, findings)
  return findings.failures
}

/** D1 keeps four hundred days. */
function oldestIn({ timeline }: World): number {
  return midnightOf(dateText(timeline.now / 1000)) - 400 * DAY
}

/** The month before the first poll is there too, and D1 keeps four hundred days. */
function firstSummary(world: World): number {
  const { scenario } = world
  if (scenario.alphabet !== 'age' && scenario.alphabet !== 'lasting')
    return midnightOf(dateText(scenario.heal / 1000)) - 29 * DAY
  return Math.max(oldestIn(world), midnightOf(dateText(scenario.start / 1000)) - 28 * DAY)
}

/** What could not be read for a week after the day had closed. What the hours lack then stands in the day's last one. */
function isGivenUp({ disk }: World, start: number, kind: 'day' | 'hours'): boolean {
  const date = dateText(start)
  const reads = disk.read('SELECT 1 FROM side_read WHERE kind = ? AND key = ? AND next_ms IS NULL', kind, date)
  return reads.length > 0
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

interface GroupRow {
  model: string
  service_tier: string
  project: string
  api_key: string
  user: string
  input_tokens: number
  output_tokens: number
  cached_tokens: number
  requests: number
}

/** Who used what on a closed date, by all five dimensions. */
export function checkGroups(world: World, start: number, findings: Findings): void {
  const rows = world.d1.read<GroupRow>('SELECT * FROM daily_usage WHERE date = ?', dateText(start))
  const shown = rows
    .map(row => [
      row.model,
      row.service_tier,
      row.project,
      row.api_key,
      row.user,
      row.input_tokens,
      row.output_tokens,
      row.cached_tokens,
      row.requests,
    ])
    .filter(row => row.slice(5).some(count => count !== 0))
  const [bucket] = world.ledger.buckets(start, start + DAY, DAY, world.timeline.now / 1000, true)
  const must = (bucket?.sums ?? []).map(sum => [
    sum.model,
    sum.serviceTier ?? '',
    sum.project ?? '',
    sum.apiKey ?? '',
    sum.user ?? '',
    sum.input,
    sum.output,
    sum.cached,
    sum.requests,
  ])
  findings.sameRows('groups', shown, must, () => `groups of ${dateText(start)}`)
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
  findings.sameRows('hours', shown, must, () => `hours of ${dateText(start)}`)
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
