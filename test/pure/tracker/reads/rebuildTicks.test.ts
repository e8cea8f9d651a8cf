import { describe, expect, it } from 'vitest'
import type { ReadResult } from '../../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../../src/openai/usageQuery.ts'
import { Desk } from '../../../../src/tracker/desk.ts'
import type { Ports } from '../../../../src/tracker/ports.ts'
import type { Gap } from '../../../../src/tracker/reads/gap.ts'
import { coarsenGap, rebuildTicks } from '../../../../src/tracker/reads/rebuildTicks.ts'
import { type Day, insertDay } from '../../../../src/tracker/store/dayStore.ts'
import { readGaps, writeGap } from '../../../../src/tracker/store/gapStore.ts'
import { writeHour } from '../../../../src/tracker/store/hourStore.ts'
import { readTicks } from '../../../../src/tracker/store/tickStore.ts'
import { groupMap } from '../../../../src/usage/usageGroup.ts'
import { plainSql } from '../plainSql.ts'
import { configOf, dayOf, groupOf, NOON_S } from '../sampleMemory.ts'

const HOUR_S = 3600
const MIDNIGHT_S = NOON_S - 12 * HOUR_S
const TODAY = '2027-03-10'
const gap = (fromS: number, toS: number, width: Gap['width'] = '1m'): Gap => ({ fromS, toS, width })

/** An OpenAI that used one token in each second, of which the hours up to noon are held. */
function world({
  gaps,
  day = {},
  fails = null,
  cron = '*/5 * * * *',
}: {
  gaps: Gap[]
  day?: Partial<Day>
  fails?: 'fails' | 'spoils' | 'overflows' | null
  cron?: string
}) {
  const sql = plainSql()
  insertDay(sql, dayOf(TODAY, day))
  for (let hour = MIDNIGHT_S; hour < NOON_S; hour += HOUR_S)
    writeHour(sql, hour, groupMap([groupOf({ input: HOUR_S })]), 1)
  for (const each of gaps) writeGap(sql, each)
  const asked: UsageQuery[] = []
  const readUsage = async (_: unknown, query: UsageQuery): Promise<ReadResult> => {
    asked.push(query)
    if (fails === 'fails') return { ok: false, fault: { kind: 'unreachable' }, requests: 1 }
    const buckets = []
    for (let start = query.start; start < (query.end ?? 0); start += 60)
      buckets.push({ start, groups: [groupOf({ input: fails === 'overflows' ? Number.MAX_SAFE_INTEGER : 60 })] })
    const spoiled = fails === 'spoils' ? [{ start: query.start, detail: 'model is missing' }] : []
    return { ok: true, reading: { buckets, spoiled, requests: 2, simulated: false } }
  }
  const config = configOf({ POLL_CRON: cron })
  const ports = { sql, readUsage, config: () => config, now: () => (NOON_S + 600) * 1000 } as unknown as Ports
  const desk = new Desk(ports)
  const curve = () =>
    readTicks(sql, MIDNIGHT_S, MIDNIGHT_S + 2 * 24 * HOUR_S).map(point => [
      point.timestamp - NOON_S,
      point.premium_tokens,
    ])
  return { desk, sql, asked, curve }
}

describe('rebuildTicks by minutes', () => {
  it('reads the minutes of the hour of its piece, and adds the held hours before', async () => {
    const piece = gap(NOON_S - 1, NOON_S + 600)
    const { desk, asked, curve } = world({ gaps: [piece] })
    expect(await rebuildTicks(desk, piece)).toEqual({ ok: true, requests: 2 })
    expect(asked).toEqual([{ width: '1m', start: NOON_S, end: NOON_S + 600 }])
    expect(curve()).toEqual([0, 300].map(offset => [offset, 12 * HOUR_S + offset]))
  })

  it('is over with what it wrote, and leaves other stretches owed', async () => {
    const [piece, other] = [gap(NOON_S - 600, NOON_S), gap(NOON_S - 7200, NOON_S - 3600)]
    const { desk, sql } = world({ gaps: [piece, other] })
    const { seq } = desk.memory.state
    await rebuildTicks(desk, piece)
    expect([desk.memory.gaps, readGaps(sql)]).toEqual([[other], [other]])
    expect(desk.memory.state.seq).toBe(seq + 1)
    expect(new Desk(desk.ports).memory).toEqual(desk.memory)
  })

  it('asks nobody where no tick is missing, and needs no hours in the first hour of a day', async () => {
    const none = gap(NOON_S + 1, NOON_S + 60)
    const quiet = world({ gaps: [none] })
    expect(await rebuildTicks(quiet.desk, none)).toEqual({ ok: true, requests: 0 })
    expect([quiet.asked, quiet.curve(), readGaps(quiet.sql)]).toEqual([[], [], []])
    const early = gap(MIDNIGHT_S - 1, MIDNIGHT_S + 600)
    const { desk, curve } = world({ gaps: [early], day: { hoursReadS: 0, hoursRevision: 0 } })
    await rebuildTicks(desk, early)
    expect(curve()).toEqual([
      [MIDNIGHT_S - NOON_S, 0],
      [MIDNIGHT_S - NOON_S + 300, 300],
    ])
  })

  it('stays within its date', async () => {
    const late = gap(NOON_S + 11 * HOUR_S - 1, NOON_S + 12 * HOUR_S)
    const day = { hoursReadS: NOON_S + 11 * HOUR_S }
    const { desk, asked, curve } = world({ gaps: [late], day })
    await rebuildTicks(desk, late)
    expect(asked).toEqual([{ width: '1m', start: NOON_S + 11 * HOUR_S, end: NOON_S + 12 * HOUR_S }])
    expect([curve().length, curve().at(-1)?.[0]]).toEqual([12, 12 * HOUR_S - 300])
  })

  it.each<[string, Partial<Day>]>([
    ['were read before its hour began', { hoursReadS: NOON_S - 1, hoursRevision: 0 }],
    ['were never read', { hoursReadS: 0, hoursRevision: 3 }],
  ])('waits, asking nobody, where the hours before it %s', async (_, day) => {
    const piece = gap(NOON_S - 1, NOON_S + 600)
    const { desk, asked, curve } = world({ gaps: [piece], day })
    expect(await rebuildTicks(desk, piece)).toMatchObject({ ok: false, error: { code: 'hours_missing' }, fault: null })
    expect([asked, curve(), desk.memory.gaps]).toEqual([[], [], [piece]])
  })

  it.each(['fails', 'spoils', 'overflows'] as const)('stays owed when OpenAI %s the read', async fails => {
    const piece = gap(NOON_S - 600, NOON_S + 600)
    const { desk, sql, curve } = world({ gaps: [piece], fails })
    const kind = fails === 'fails' ? 'unreachable' : 'malformed'
    expect(await rebuildTicks(desk, piece)).toMatchObject({ ok: false, fault: { kind } })
    expect([readGaps(sql), curve()]).toEqual([[piece], []])
  })
})

describe('rebuildTicks by hours', () => {
  it('draws each full hour inside the stretch from the held hours, and asks nobody', async () => {
    const piece = gap(MIDNIGHT_S - 1, MIDNIGHT_S + 3 * HOUR_S, '1h')
    const { desk, asked, curve } = world({ gaps: [piece] })
    expect(await rebuildTicks(desk, piece)).toEqual({ ok: true, requests: 0 })
    expect(asked).toEqual([])
    expect(curve()).toEqual([0, 1, 2].map(hour => [(hour - 12) * HOUR_S, hour * HOUR_S]))
  })
})

describe('coarsenGap', () => {
  it('gives minutes up for hours, and hours for nothing', () => {
    const [piece, other] = [gap(NOON_S - 600, NOON_S), gap(NOON_S - 7200, NOON_S - 3600)]
    const { desk, sql } = world({ gaps: [piece, other] })
    expect(coarsenGap(desk, piece)).toBe(true)
    const coarse = { ...piece, width: '1h' as const }
    expect([desk.memory.gaps, readGaps(sql)]).toEqual([
      [other, coarse],
      [coarse, other],
    ])
    expect(coarsenGap(desk, coarse)).toBe(false)
    expect([desk.memory.gaps, readGaps(sql)]).toEqual([[other], [other]])
  })
})
