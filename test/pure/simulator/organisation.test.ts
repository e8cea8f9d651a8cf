import { describe, expect, it } from 'vitest'
import { dayOf } from '../../../simulator/ledger/bucket-width.ts'
import { exactTotals } from '../../../simulator/ledger/exact-totals.ts'
import type { UsageEvent } from '../../../simulator/ledger/usage-event.ts'
import { usageEvent } from '../../../simulator/ledger/usage-event.ts'
import { FREE_TIER, spendFreePool } from '../../../simulator/organisation/free-pool.ts'
import { generateDay } from '../../../simulator/organisation/generate-day.ts'
import { MODELS, type Pool, PROJECTS } from '../../../simulator/organisation/organisation.ts'
import { NOW } from './ask.ts'

const TODAY = dayOf(NOW / 1000)
const MONTH = Array.from({ length: 30 }, (_, i) => TODAY - i)
const poolOf = (event: UsageEvent): Pool | undefined => MODELS.find(({ name }) => name === event.model)?.pool
const tokens = (events: readonly UsageEvent[]) => exactTotals(events, Infinity).total.total_tokens

describe('generateDay', () => {
  it('makes the same day of the same seed, and another of another', () => {
    expect(generateDay(TODAY, { seed: 5 })).toEqual(generateDay(TODAY, { seed: 5 }))
    expect(generateDay(TODAY, { seed: 6 })).not.toEqual(generateDay(TODAY, { seed: 5 }))
    expect(generateDay(TODAY - 7, { seed: 5 })).not.toEqual(generateDay(TODAY, { seed: 5 }))
  })

  it.each([
    ['premium', 850_000, 1_150_000],
    ['mini', 6_000_000, 9_000_000],
  ])('ends every day of a month with %s between %i and %i tokens', (pool, low, high) => {
    const days = MONTH.map(day => tokens(generateDay(day, { seed: 7 }).filter(event => poolOf(event) === pool)))
    expect(Math.min(...days)).toBeGreaterThan(low)
    expect(Math.max(...days)).toBeLessThan(high)
  })

  it('keeps every event on its day, and lets the last one settle within two days of its end', () => {
    for (const event of generateDay(TODAY, { seed: 7 })) {
      expect(dayOf(event.time)).toBe(TODAY)
      expect(event.visibleFrom).toBeGreaterThan(event.time)
      expect(event.visibleFrom).toBeLessThan((TODAY + 3) * 86_400)
    }
  })

  it('spends complimentary tokens in shared projects only, and never more than the pool', () => {
    const shared = new Set(PROJECTS.filter(project => project.shared).map(({ id }) => id))
    const [free, days] = [{ premium: 0, mini: 0 }, MONTH.map(day => generateDay(day, { seed: 7, scale: 2 }))]
    for (const day of days) {
      const spent = day.filter(event => event.serviceTier === FREE_TIER && event.requests > 0)
      expect(spent.every(event => shared.has(event.project))).toBe(true)
      for (const pool of ['premium', 'mini'] as const)
        free[pool] = Math.max(free[pool], tokens(spent.filter(e => poolOf(e) === pool)))
    }
    expect(free.premium).toBeGreaterThan(990_000)
    expect(free.premium).toBeLessThanOrEqual(1_000_000)
    expect(free.mini).toBeGreaterThan(9_990_000)
    expect(free.mini).toBeLessThanOrEqual(10_000_000)
  })

  it('corrects some rows up and some down, and never below zero at any moment', () => {
    const events = generateDay(TODAY, { seed: 7 }).sort((a, b) => a.visibleFrom - b.visibleFrom)
    const changes = events.filter(event => event.requests === 0)
    expect(changes.some(({ input }) => input > 0)).toBe(true)
    expect(changes.some(({ input }) => input < 0)).toBe(true)
    const minutes = new Map<string, [number, number]>()
    for (const { model, project, serviceTier, time, input, output } of events) {
      const key = [model, project, serviceTier, Math.floor(time / 60)].join()
      const [before, after] = minutes.get(key) ?? [0, 0]
      minutes.set(key, [before + input, after + output])
      expect(Math.min(before + input, after + output)).toBeGreaterThanOrEqual(0)
    }
  })

  it('sleeps at night and rests at the weekend', () => {
    const at = (hour: number) => (event: UsageEvent) => Math.floor((event.time % 86_400) / 3600) === hour
    const wednesday = generateDay(TODAY, { seed: 7 })
    expect(wednesday.filter(at(10)).length).toBeGreaterThan(5 * wednesday.filter(at(3)).length)
    expect(tokens(generateDay(TODAY - 4, { seed: 7 }))).toBeLessThan(tokens(wednesday))
  })

  it('moves the numbers every few seconds of a working day', () => {
    const noon = TODAY * 86_400 + 12 * 3600
    const seen = generateDay(TODAY, { seed: 7 })
      .map(({ visibleFrom }) => visibleFrom)
      .filter(at => at >= noon && at < noon + 3600)
    expect(3600 / new Set(seen).size).toBeLessThan(8)
  })
})

describe('spendFreePool', () => {
  const request = (time: number, tokens: number) =>
    usageEvent({ model: 'gpt-4o-2024-08-06', input: tokens, output: 0, time }, 0)

  it('bills the request that would cross the quota whole, and all after it', () => {
    const events = [request(1, 975), request(3, 10), request(2, 30)]
    spendFreePool(events, 1000)
    expect(events.map(({ input, serviceTier }) => [input, serviceTier])).toEqual([
      [975, 'incentivized-tier'],
      [30, 'default'],
      [10, 'default'],
    ])
  })

  it('lets a request use the last token', () => {
    const events = [request(1, 1000)]
    spendFreePool(events, 1000)
    expect(events[0]?.serviceTier).toBe(FREE_TIER)
  })
})
