import { describe, expect, it } from 'vitest'
import type { ReadResult } from '../../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../../src/openai/usageQuery.ts'
import { reconcileSettledDay } from '../../../../src/tracker/cycle/reconcileDay.ts'
import { Desk } from '../../../../src/tracker/desk.ts'
import type { Ports } from '../../../../src/tracker/ports.ts'
import { type Day, insertDay, readDay } from '../../../../src/tracker/store/dayStore.ts'
import { readHours } from '../../../../src/tracker/store/hourStore.ts'
import { writePollState } from '../../../../src/tracker/store/pollState.ts'
import { writeSideRead } from '../../../../src/tracker/store/sideReadStore.ts'
import { plainSql } from '../plainSql.ts'
import { configOf, dayOf, groupOf, memoryOf, NOON_S, sideReadOf, used } from '../sampleMemory.ts'

const DATE = '2027-03-05'
const START_S = Date.UTC(2027, 2, 5) / 1000

/** A tracker that has the day, and an OpenAI that tells of `tokens` for it and for its hours. */
function world(day: Partial<Day>, tokens: { day: number; hours: number[] }) {
  const sql = plainSql()
  writePollState(sql, memoryOf().state)
  insertDay(sql, dayOf(DATE, { final: true, groups: used(10), ...day }))
  for (const kind of ['hours', 'day'] as const) writeSideRead(sql, sideReadOf({ kind, key: DATE }))
  const readUsage = async (_: unknown, { width, start }: UsageQuery): Promise<ReadResult> => {
    const of = width === '1d' ? [tokens.day] : tokens.hours
    const buckets = of.map((input, n) => ({ start: start + n * 3600, groups: input === 0 ? [] : [groupOf({ input })] }))
    return { ok: true, reading: { buckets, spoiled: [], requests: 1, simulated: false } }
  }
  const config = configOf()
  const ports = { sql, readUsage, config: () => config, now: () => NOON_S * 1000, log: () => {} }
  return { sql, desk: new Desk(ports as unknown as Ports) }
}

describe('reconcileSettledDay', () => {
  it('takes the day with its hours as OpenAI has them now, owes all of it to D1, and ends what failed for it', async () => {
    const { sql, desk } = world({}, { day: 15, hours: [7, 0, 8] })
    expect(await reconcileSettledDay(desk, DATE)).toMatchObject({
      ok: true,
      before: { premium: { tokens: 10 } },
      after: { premium: { tokens: 15 } },
    })
    const whole = {
      final: true,
      settled: true,
      handed: false,
      revision: 8,
      acked: 0,
      groupsRevision: 8,
      hoursRevision: 8,
    }
    expect(readDay(sql, DATE)).toMatchObject({ ...whole, groups: used(15), hourEntries: 2 })
    // The empty hours too: D1 may have some there.
    const hours = [...readHours(sql, DATE)]
    expect(hours.length).toBe(24)
    expect(hours.filter(([, groups]) => groups.size > 0)).toEqual([
      [START_S, used(7)],
      [START_S + 7200, used(8)],
    ])
    expect([desk.memory.days.size, desk.memory.reads]).toEqual([0, []])
    expect(new Desk(desk.ports).memory).toEqual(desk.memory)
  })

  // Issue 9, item 6.
  it.each([
    ['are empty', { day: 10, hours: [] }],
    ['have less than the day', { day: 10, hours: [9] }],
    ['have more than the day', { day: 10, hours: [11] }],
  ])('believes nothing where the hours %s', async (_, tokens) => {
    const { sql, desk } = world({ settled: true, handed: true }, tokens)
    const { memory } = desk
    const before = readDay(sql, DATE)
    const error = { code: 'upstream_does_not_add_up' }
    expect(await reconcileSettledDay(desk, DATE)).toMatchObject({ ok: false, fault: null, error })
    expect([desk.memory, readDay(sql, DATE), readHours(sql, DATE).size]).toEqual([memory, before, 0])
  })

  it('leaves the ticks of a day that D1 has to D1', async () => {
    const handed = world({ settled: true, handed: true }, { day: 11, hours: [11] })
    await reconcileSettledDay(handed.desk, DATE)
    expect(readDay(handed.sql, DATE)?.ticksFromS).toBe(START_S + 86_400)
    const own = world({ settled: true }, { day: 11, hours: [11] })
    await reconcileSettledDay(own.desk, DATE)
    expect(readDay(own.sql, DATE)?.ticksFromS).toBe(0)
  })
})
