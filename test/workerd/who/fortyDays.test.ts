import { afterEach, expect, it } from 'vitest'
import type { BreakdownBy, BreakdownView, CostsBy, CostsView } from '../../../src/wire.ts'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import {
  breakdownTruth,
  costsTruth,
  dailyUsageTruth,
  dateAt,
  datesOf,
  dollarsOf,
  linesOf,
  type Organisation,
  organisationOf,
  used,
} from './organisation.ts'
import { smallDay } from './smallDay.ts'

// Forty days against the simulator's ledger, whose lines come late and are corrected: who used what, and what it cost, is the
// ledger's to the token and to the billionth of a dollar, wherever a date is read from.

afterEach(World.end)

const TIMEOUT_MS = 240_000
const WAYS: BreakdownBy[] = ['model', 'tier', 'service_tier', 'project', 'api_key', 'user']
/** Every breakdown of a span, with the open dates as the last poll knew them. */
async function checkBreakdown(world: World, organisation: Organisation, [from, to]: [string, string], query: string) {
  const at = (await world.status()).last_success ?? 0
  const lines = datesOf(from, to).flatMap(date => linesOf(organisation, date, at))
  for (const by of WAYS) {
    const { status, body } = await world.call<BreakdownView>(`GET /api/breakdown?by=${by}&${query}`)
    const final = Date.parse(to) / 1000 + 3 * DAY <= at
    expect([query, status, body]).toEqual([
      query,
      200,
      { by, from, to, final, ...breakdownTruth(lines, by, organisation.directory) },
    ])
  }
}

async function checkCosts(world: World, organisation: Organisation, [from, to]: [string, string], query: string) {
  for (const by of ['day', 'project', 'line_item'] satisfies CostsBy[]) {
    const { status, body } = await world.call<CostsView>(`GET /api/costs?by=${by}&${query}`)
    expect([status, body.state, body.message], query).toEqual([200, 'ok', null])
    const truth = costsTruth(organisation, datesOf(from, to), body.as_of ?? 0)
    const sums = truth.by(by === 'day' ? 'date' : by)
    const told = body.rows.map(row => [row.date ?? row.id, row.usd_text] as const).filter(([, usd]) => usd !== '0.00')
    expect([query, by, sorted(told)]).toEqual([query, by, sorted([...sums].map(([id, nano]) => [id, dollarsOf(nano)]))])
    expect([body.from, body.to, body.total_usd_text]).toEqual([from, to, dollarsOf(truth.total)])
    const month = dateAt(world.now).slice(0, 7)
    const ofMonth = costsTruth(organisation, datesOf(`${month}-01`, dateAt(world.now)), body.as_of ?? 0)
    expect([body.month.month, body.month.usd_text]).toEqual([month, dollarsOf(ofMonth.total)])
    if (by === 'day') {
      expect(body.rows.map(({ date }) => date)).toEqual(datesOf(from, to))
      for (const { date = '', final } of body.rows)
        expect([date, final]).toEqual([date, Date.parse(date) / 1000 + 3 * DAY <= (body.as_of ?? 0)])
    }
    if (by === 'project') {
      const names = new Map([...organisation.directory.projects.values()].map(({ id, name }) => [id, name]))
      expect(body.rows.map(row => row.name)).toEqual(body.rows.map(row => names.get(row.id ?? '')))
    }
  }
}

function sorted<T>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

async function checkUsageInD1(world: World, organisation: Organisation, dates: string[]) {
  const stored = await world.rows<{ date: string }>(
    `SELECT date, model, service_tier, project, api_key, user, tier, free, input_tokens, output_tokens, cached_tokens, requests
     FROM daily_usage WHERE input_tokens + output_tokens + cached_tokens + requests > 0`,
  )
  for (const date of dates)
    expect(sorted(stored.filter(row => row.date === date))).toEqual(dailyUsageTruth(organisation, date))
}

async function checkCostsInD1(world: World, organisation: Organisation, dates: string[]) {
  const stored = await world.rows<{ date: string }>(
    'SELECT date, project, line_item, nano_usd FROM daily_costs WHERE nano_usd <> 0',
  )
  for (const date of dates) {
    const { rows } = costsTruth(organisation, [date], Number.POSITIVE_INFINITY)
    expect(sorted(stored.filter(row => row.date === date))).toEqual(sorted(rows))
  }
}

it('is the ledger’s over forty days, late data and corrections included', { timeout: TIMEOUT_MS }, async () => {
  const world = await World.make({ vars: { POLL_CRON: '0 */12 * * *', POLL_COOLDOWN_SECONDS: '0' }, start: 600 })
  const organisation = organisationOf(world, smallDay)
  const at = (days: number) => dateAt(world.now - days * DAY)
  const between = (from: number, to: number): [string, string] => [at(from), at(to)]
  await world.catchUp()
  // Names come over a few wakes.
  await world.run(MIDNIGHT + 12 * 3600 + 60)
  await checkBreakdown(world, organisation, between(29, 0), 'days=30')
  await checkCosts(world, organisation, between(29, 0), '')

  await world.run(MIDNIGHT + 40 * DAY + 13 * 3600)
  for (let days = 0; days < 45; days++) {
    const date = at(days)
    await checkBreakdown(world, organisation, [date, date], `date=${date}`)
  }
  // Today alone, the dates that D1 has alone, and both.
  for (const days of [1, 2, 3, 4, 7, 60])
    await checkBreakdown(world, organisation, between(days - 1, 0), `days=${days}`)
  await checkBreakdown(world, organisation, between(33, 5), `from=${at(33)}&to=${at(5)}`)
  for (const days of [1, 4, 30, 60]) await checkCosts(world, organisation, between(days - 1, 0), `days=${days}`)
  await checkCosts(world, organisation, ['2027-03-01', '2027-03-31'], 'month=2027-03')
  await checkCosts(world, organisation, ['2027-04-01', at(0)], 'month=2027-04')
  await checkUsageInD1(world, organisation, datesOf(at(65), at(3)))
  await checkCostsInD1(world, organisation, datesOf(at(65), at(3)))

  // OpenAI changes what it said of a date that was closed long ago; somebody has it read again.
  const [line] = linesOf(organisation, at(20), world.now)
  if (line === undefined) throw new Error('the day is empty')
  used(world, organisation, { ...line, visibleFrom: 0, apiKey: 'key_new', input: 1234, output: 5, cached: 0 })
  used(world, organisation, {
    ...line,
    visibleFrom: 0,
    input: -line.input,
    output: -line.output,
    cached: -line.cached,
    requests: -line.requests,
  })
  expect((await world.call(`POST /api/reconcile?date=${at(20)}`)).status).toBe(200)
  await checkBreakdown(world, organisation, between(20, 20), `date=${at(20)}`)
  await world.run(world.now + DAY)
  await checkBreakdown(world, organisation, between(21, 21), `date=${at(21)}`)
  await checkUsageInD1(world, organisation, [at(21)])
})
