import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { costs } from '../../../simulator/api/costs.ts'
import { COST_FAULTS } from '../../../simulator/faults/cost-faults.ts'
import type { EventInput } from '../../../simulator/ledger/usage-event.ts'
import { type Simulator, startSimulator } from '../../../simulator/start-simulator.ts'
import { ask, askPage, DAY, NOW, type Question, TODAY } from './ask.ts'

type Rows = ReturnType<typeof costs>['data'][number]['results']

let simulator: Simulator
afterEach(() => simulator.close())

async function daysOf(question: Question): Promise<Rows[]> {
  const answer = await ask(simulator, '/organization/costs', question)
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as ReturnType<typeof costs>).data.map(({ results }) => results)
}

const GROUPED = ['project_id', 'line_item']
/** In whole billionths: dollars are sent as the number nearest to them. */
const nano = (rows: Rows) => rows.map(row => Math.round(row.amount.value * 1e9))
const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0)
const sorted = (rows: { project: string; line_item: string; nano_usd: number }[]) =>
  rows.map(row => JSON.stringify([row.project, row.line_item, row.nano_usd])).sort()
const asLedger = (rows: Rows) => {
  const amounts = nano(rows)
  const all = rows.map(({ project_id, line_item }, n) => ({
    ...{ project: String(project_id), line_item: String(line_item), nano_usd: amounts[n] ?? 0 },
  }))
  return sorted(all.filter(row => row.nano_usd !== 0))
}

describe('costs', () => {
  const event: fc.Arbitrary<EventInput> = fc.record({
    model: fc.constantFrom('gpt-4o-2024-08-06', 'gpt-5-nano-2025-08-07', 'gpt-5-mini-2025-08-07', 'nobody-knows-it'),
    serviceTier: fc.constantFrom('default', 'incentivized-tier', 'flex'),
    project: fc.constantFrom('proj_a', 'proj_b'),
    apiKey: fc.constantFrom('key_1', 'key_2', ''),
    batch: fc.boolean(),
    time: fc.integer({ min: TODAY - DAY, max: TODAY + DAY - 1 }),
    visibleFrom: fc.integer({ min: TODAY - DAY, max: TODAY + DAY }),
    input: fc.integer({ min: -1_000_000, max: 100_000_000 }),
    cached: fc.nat(1_000_000),
    output: fc.nat(100_000),
  })

  it('equal the ledger to the billionth, however they are grouped, at any moment and with any delay', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 40 }),
        fc.integer({ min: TODAY, max: TODAY + DAY - 1 }),
        fc.constantFrom(0, 4, 24),
        async (events, now, costLagHours) => {
          simulator = await startSimulator({ empty: true, costLagHours, now: () => now * 1000 })
          simulator.add(...events)
          const [yesterday = [], today = []] = await daysOf({ start_time: TODAY - DAY, group_by: GROUPED })
          expect(asLedger(yesterday)).toEqual(sorted(simulator.costs('2026-11-17').rows))
          expect(asLedger(today)).toEqual(sorted(simulator.costs('2026-11-18').rows))
          for (const group_by of [[], ['api_key_id'], ['project_id', 'line_item', 'api_key_id']]) {
            const [rows = []] = await daysOf({ start_time: TODAY - DAY, group_by })
            expect(sum(nano(rows))).toBe(simulator.costs('2026-11-17').total_nano_usd)
          }
          await simulator.close()
        },
      ),
      { numRuns: 40 },
    )
  })

  it('come to what a few tokens cost, and hold no complimentary one', async () => {
    simulator = await startSimulator({ empty: true, costLagHours: 0, now: () => NOW })
    const tokens = { model: 'gpt-4o-2024-08-06', time: TODAY, project: 'p' }
    simulator.add({ ...tokens, input: 1_000_000, output: 0, serviceTier: 'incentivized-tier' })
    simulator.add({ ...tokens, input: 200_000, cached: 4, output: 10_000 })
    simulator.add({ ...tokens, model: 'gpt-5-nano-2025-08-07', input: 1, cached: 1, output: 0, batch: true })
    const of = (line_item: string, value: number, quantity: number) => ({
      ...{ object: 'organization.costs.result', amount: { value, currency: 'usd' }, line_item },
      ...{ project_id: 'p', api_key_id: null, quantity, quantity_unit: 'tokens' },
    })
    expect(await daysOf({ start_time: TODAY, group_by: GROUPED })).toEqual([
      [
        of('gpt-4o-2024-08-06, input', 0.49999, 199_996),
        of('gpt-4o-2024-08-06, cached input', 0.000005, 4),
        of('gpt-4o-2024-08-06, output', 0.1, 10_000),
        of('gpt-5-nano-2025-08-07, cached input', 0.000000003, 1),
      ],
    ])
    expect(simulator.costs('2026-11-18')).toEqual({
      date: '2026-11-18',
      at: NOW / 1000,
      total_nano_usd: 599_995_003,
      by_project: { p: 599_995_003 },
      by_line_item: {
        'gpt-4o-2024-08-06, input': 499_990_000,
        'gpt-4o-2024-08-06, cached input': 5000,
        'gpt-4o-2024-08-06, output': 100_000_000,
        'gpt-5-nano-2025-08-07, cached input': 3,
      },
      rows: expect.arrayContaining([{ project: 'p', line_item: 'gpt-5-nano-2025-08-07, cached input', nano_usd: 3 }]),
    })
  })

  it('come hours after the usage: four unless told otherwise', async () => {
    let now = NOW
    simulator = await startSimulator({ empty: true, now: () => now })
    simulator.add({ model: 'gpt-4o-2024-08-06', input: 1000, output: 0, time: TODAY, visibleFrom: NOW / 1000 })
    const total = async () => sum((await daysOf({ start_time: TODAY })).map(rows => sum(nano(rows))))
    now = NOW + 4 * 3_600_000 - 1000
    expect([await total(), simulator.costs('2026-11-18').total_nano_usd]).toEqual([0, 0])
    now += 1000
    expect([await total(), simulator.costs('2026-11-18').total_nano_usd]).toEqual([2_500_000, 2_500_000])
    expect(simulator.costs('2026-11-18', Infinity).total_nano_usd).toBe(2_500_000)
    const told = await fetch(`${simulator.url}/control/costs?date=2026-11-18&at=${NOW / 1000}`)
    expect(await told.json()).toMatchObject({ date: '2026-11-18', at: NOW / 1000, total_nano_usd: 0 })
  })
})

describe('faults of costs', () => {
  const tried = new Set<string>()
  const RIGHT = ['0.0025', '0.00025', '5e-9']

  /** The amounts and currencies of three rows as they are written, with this fault. */
  async function written(fault: string): Promise<(string | undefined)[][]> {
    tried.add(fault)
    simulator = await startSimulator({ empty: true, costLagHours: 0, now: () => NOW, faults: [{ fault }] })
    for (const input of [1000, 100]) {
      simulator.add({ model: 'gpt-4o-2024-08-06', input, output: 0, project: `proj_${input}`, time: TODAY })
    }
    const tiny = { model: 'gpt-5-nano-2025-08-07', input: 1, cached: 1, output: 0, project: 'proj_tiny' }
    simulator.add({ ...tiny, time: TODAY })
    const answer = await ask(simulator, '/organization/costs', { start_time: TODAY, group_by: GROUPED })
    const usage = await askPage(simulator, { start_time: TODAY })
    expect(usage.data[0]?.results[0]?.input_tokens).toBe(1101)
    const amounts = (await answer.text()).matchAll(/"value":([^,]+),"currency":"(\w+)"/g)
    return [...amounts].map(([, ...amount]) => amount)
  }

  it.each<[string, string[], string]>([
    ['string-cost', RIGHT.map(value => `"${value}"`), 'usd'],
    ['fine-cost', ['0.002500000', '0.000250000', '0.000000005'].map(value => `${value}000000000000000000001`), 'usd'],
    ['euro-cost', RIGHT, 'eur'],
    ['null-cost', ['null', ...RIGHT.slice(1)], 'usd'],
  ])('%s writes amounts in another form, and leaves usage alone', async (fault, values, first) => {
    expect(await written(fault)).toEqual(values.map((value, n) => [value, n === 0 ? first : 'usd']))
  })

  it('are all tried here', () => {
    expect([...tried].sort()).toEqual(Object.keys(COST_FAULTS).sort())
  })
})
