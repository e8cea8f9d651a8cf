import { describe, expect, it } from 'vitest'
import type { ReadResult } from '../../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../../src/openai/usageQuery.ts'
import { pollCycle } from '../../../../src/tracker/cycle/pollCycle.ts'
import { Desk } from '../../../../src/tracker/desk.ts'
import { closesAt } from '../../../../src/tracker/memory.ts'
import type { Ports } from '../../../../src/tracker/ports.ts'
import { runSideReads } from '../../../../src/tracker/reads/sideReads.ts'
import { writePollState } from '../../../../src/tracker/store/pollState.ts'
import { dateOf } from '../../../../src/usage/utcDay.ts'
import { plainSql } from '../plainSql.ts'
import { configOf, groupOf, memoryOf, NOON_S } from '../sampleMemory.ts'

const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const BEFORE = '2027-03-08'
const HOUR_S = 3600
const DAY_S = 86_400

/** A tracker whose OpenAI used a token in each hour; the days of `spoiled` are not what the API promises. */
function world() {
  const sql = plainSql()
  writePollState(sql, memoryOf().state)
  const it = { nowS: NOON_S + 300, spoiled: new Set<string>(), asked: [] as string[] }
  const readUsage = async (_: unknown, { width, start, end }: UsageQuery): Promise<ReadResult> => {
    const step = width === '1d' ? DAY_S : HOUR_S
    const buckets = []
    for (let at = start; at < (end ?? it.nowS); at += step)
      buckets.push({ start: at, groups: [groupOf({ input: step / HOUR_S })] })
    const isSpoiled = ({ start: at }: { start: number }) => width === '1d' && it.spoiled.has(dateOf(at))
    if (width === '1d') it.asked.push(buckets.map(bucket => dateOf(bucket.start).slice(8)).join(' '))
    const spoiled = buckets.filter(isSpoiled).map(bucket => ({ start: bucket.start, detail: 'model is missing' }))
    return {
      ok: true,
      reading: { buckets: buckets.filter(each => !isSpoiled(each)), spoiled, requests: 1, simulated: false },
    }
  }
  const config = configOf()
  // Costs and names are not to be had with this key.
  const nothing = async () => ({
    ok: false,
    fault: { kind: 'unexpectedStatus', status: 404, requestId: null },
    requests: 1,
  })
  const ports = {
    ...{ sql, readUsage, readCosts: nothing, readProjects: nothing, readUsers: nothing, readKeys: nothing },
    ...{ config: () => config, now: () => it.nowS * 1000, random: () => 0, log: () => {} },
  }
  const desk = new Desk(ports as unknown as Ports)
  /** A wake at `nowS`. */
  const wake = async (nowS = it.nowS) => {
    Object.assign(it, { nowS, asked: [] })
    desk.begin()
    await pollCycle(desk, 'alarm')
    await runSideReads(desk)
    return it.asked
  }
  /** Dates that are read alone. */
  const alone = () =>
    desk.memory.reads
      .filter(({ kind }) => kind === 'day')
      .map(({ key }) => key)
      .sort()
  return { it, desk, wake, alone }
}

describe('a day that OpenAI spoils', () => {
  it.each([
    ['after a good reading', [], [YESTERDAY]],
    ['from the first', [YESTERDAY], []],
  ])(
    '%s is read alone from then on, and so are the open days before it, which close in their time',
    async (_, first, then) => {
      const { it, desk, wake, alone } = world()
      it.spoiled = new Set(first)
      await wake()
      for (const date of then) it.spoiled.add(date)
      await wake(NOON_S + 600)
      expect(alone()).toEqual([BEFORE, YESTERDAY])
      // An hour later: yesterday and the day before, each by itself, and today with the poll.
      expect((await wake(NOON_S + 2 * HOUR_S)).sort()).toEqual(['08', '09', '10'])
      expect(new Set(new Desk(desk.ports).memory.reads)).toEqual(new Set(desk.memory.reads))
      for (let nowS = NOON_S + 3 * HOUR_S; nowS < closesAt(BEFORE) + 2 * HOUR_S; nowS += HOUR_S) await wake(nowS)
      expect(desk.memory.days.get(BEFORE)?.final ?? true).toBe(true)
      expect(alone()).toEqual([YESTERDAY])
    },
  )

  it('comes with the poll again once it is well, and leaves nothing behind', async () => {
    const { it, wake, alone } = world()
    it.spoiled.add(YESTERDAY)
    await wake()
    it.spoiled.clear()
    await wake(NOON_S + 2 * HOUR_S)
    await wake(NOON_S + 4 * HOUR_S)
    expect(await wake(NOON_S + 4 * HOUR_S + 300)).toEqual(['08 09 10'])
    expect(alone()).toEqual([])
  })

  it('fails the poll where it is today, and changes nothing but that', async () => {
    const { it, desk, wake, alone } = world()
    await wake()
    const { days } = desk.memory
    it.spoiled.add(TODAY)
    await wake(NOON_S + 600)
    expect(desk.memory).toMatchObject({ days, state: { failures: 1, fault: { kind: 'malformed' } } })
    expect(alone()).toEqual([])
  })
})
