import { describe, expect, it } from 'vitest'
import type { HistoryRows } from '../../../src/history/historyRows.ts'
import type { ReadResult } from '../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../src/openai/usageQuery.ts'
import { Desk } from '../../../src/tracker/desk.ts'
import type { Ports } from '../../../src/tracker/ports.ts'
import { rebuildGap } from '../../../src/tracker/rebuildGap.ts'
import { type Gap, readGaps, writeGap } from '../../../src/tracker/store/gapStore.ts'
import { plainSql } from './plainSql.ts'
import { configOf, groupOf, NOON_S } from './sampleMemory.ts'

const HOUR_S = 3600
const MIDNIGHT_S = NOON_S - 12 * HOUR_S
const WIDTH_S = { '1m': 60, '1h': HOUR_S, '1d': 86_400 }
const gap = (fromS: number, toS: number): Gap => ({ fromS, toS, width: '1m' })

/** An OpenAI that used one token in each second; fails the reads of `fails`. */
function world(gaps: Gap[], fails: UsageQuery['width'] | null = null) {
  const sql = plainSql()
  for (const each of gaps) writeGap(sql, each)
  const asked: UsageQuery[] = []
  const readUsage = async (_: unknown, query: UsageQuery): Promise<ReadResult> => {
    asked.push(query)
    if (query.width === fails) return { ok: false, fault: { kind: 'unreachable' }, requests: 1 }
    const width = WIDTH_S[query.width]
    const starts = []
    for (let start = query.start; start < (query.end ?? 0); start += width) starts.push(start)
    const buckets = starts.map(start => ({ start, groups: [groupOf({ input: width })] }))
    return { ok: true, reading: { buckets, requests: 2, simulated: false } }
  }
  const config = configOf()
  const ports = { sql, readUsage, config: () => config, now: () => (NOON_S + 600) * 1000 } as unknown as Ports
  const desk = new Desk(ports)
  const queued = () =>
    sql
      .all<{ body: string }>('SELECT body FROM history_entry ORDER BY id')
      .flatMap(({ body }) => (JSON.parse(body) as HistoryRows).snapshots ?? [])
      .map(row => [row.timestamp, row.premium_tokens])
  return { desk, sql, asked, queued }
}

describe('rebuildGap', () => {
  it('reads the hours from midnight on and the minutes from the first hour of the gap, and fills each tick', async () => {
    const absence = gap(NOON_S - 600, NOON_S + 600)
    const { desk, asked, queued } = world([absence])
    expect(await rebuildGap(desk, absence)).toMatchObject({ ok: true, requests: 4 })
    expect(asked).toEqual([
      { width: '1h', start: MIDNIGHT_S, end: NOON_S },
      { width: '1m', start: NOON_S - HOUR_S, end: NOON_S + 600 },
    ])
    expect(queued()).toEqual([-300, 0, 300].map(offset => [NOON_S + offset, 12 * HOUR_S + offset]))
  })

  it('is over with what it wrote, and leaves other gaps owed', async () => {
    const [absence, other] = [gap(NOON_S - 600, NOON_S), gap(NOON_S - 7200, NOON_S - 3600)]
    const { desk, sql } = world([absence, other])
    const { seq } = desk.memory.state
    await rebuildGap(desk, absence)
    expect([desk.memory.gaps, readGaps(sql)]).toEqual([[other], [other]])
    expect(desk.memory.state.seq).toBe(seq + 1)
    expect(new Desk(desk.ports).memory.state.seq).toBe(seq + 1)
  })

  it('reads no hours in the first hour of a day, and nothing where no tick is missing', async () => {
    const early = gap(MIDNIGHT_S - 1, MIDNIGHT_S + 600)
    const { desk, asked, queued } = world([early])
    expect(await rebuildGap(desk, early)).toMatchObject({ ok: true, requests: 2 })
    expect(asked).toEqual([{ width: '1m', start: MIDNIGHT_S, end: MIDNIGHT_S + 600 }])
    expect(queued()).toEqual([
      [MIDNIGHT_S, 0],
      [MIDNIGHT_S + 300, 300],
    ])
    const none = gap(NOON_S + 1, NOON_S + 60)
    const empty = world([none])
    expect(await rebuildGap(empty.desk, none)).toMatchObject({ ok: true, requests: 0 })
    expect([empty.asked, empty.queued(), readGaps(empty.sql)]).toEqual([[], [], []])
  })

  it('stays within its date: the next midnight’s tick is the next gap’s, and so are its hours', async () => {
    const late = gap(MIDNIGHT_S + 23 * HOUR_S, MIDNIGHT_S + 24 * HOUR_S)
    const { desk, asked, queued } = world([late])
    await rebuildGap(desk, late)
    expect(asked[0]).toEqual({ width: '1h', start: MIDNIGHT_S, end: MIDNIGHT_S + 23 * HOUR_S })
    expect(queued().length).toBe(11)
    expect(queued().at(-1)).toEqual([MIDNIGHT_S + 24 * HOUR_S - 300, 24 * HOUR_S - 300])
  })

  it.each(['1h', '1m'] as const)('stays owed when OpenAI fails the read of %s', async width => {
    const absence = gap(NOON_S - 600, NOON_S + 600)
    const { desk, sql, queued } = world([absence], width)
    expect(await rebuildGap(desk, absence)).toMatchObject({ ok: false, fault: { kind: 'unreachable' } })
    expect([readGaps(sql), queued()]).toEqual([[absence], []])
  })
})
