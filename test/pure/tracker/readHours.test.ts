import { describe, expect, it } from 'vitest'
import type { HistoryRows } from '../../../src/history/historyRows.ts'
import type { ReadResult } from '../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../src/openai/usageQuery.ts'
import { Desk } from '../../../src/tracker/desk.ts'
import { readHoursOf } from '../../../src/tracker/hourReads.ts'
import type { Ports } from '../../../src/tracker/ports.ts'
import {
  type Day,
  readDay,
  readEntryCounts,
  readHours,
  writeDay,
  writeDayGroups,
} from '../../../src/tracker/store/dayStore.ts'
import { type Gap, readGaps, writeGap } from '../../../src/tracker/store/gapStore.ts'
import { writePollState } from '../../../src/tracker/store/pollState.ts'
import { plainSql } from './plainSql.ts'
import { configOf, dayOf, groupOf, memoryOf, NOON_S, used } from './sampleMemory.ts'

const TODAY = '2027-03-10'
const at = (text: string) => Date.parse(`${text}:00Z`) / 1000

interface Given {
  nowS: number
  days?: Day[]
  gaps?: Gap[]
  lastSuccessS?: number
}

/** A tracker at `nowS` whose OpenAI tells of `tokens` by hour. */
function world({ nowS, days = [], gaps = [], lastSuccessS = nowS }: Given) {
  const sql = plainSql()
  writePollState(sql, memoryOf({ state: { lastSuccess: lastSuccessS * 1000 } }).state)
  for (const day of days) {
    writeDay(sql, day)
    writeDayGroups(sql, day.date, [...day.groups.values()])
  }
  for (const gap of gaps) writeGap(sql, gap)
  const asked: UsageQuery[] = []
  let answer: ReadResult = { ok: false, fault: { kind: 'unreachable' }, requests: 1 }
  const tells = (tokens: Record<string, number>) => {
    const buckets = Object.entries(tokens).map(([hour, input]) => ({ start: at(hour), groups: [groupOf({ input })] }))
    answer = { ok: true, reading: { buckets, requests: 1, simulated: false } }
  }
  const readUsage = async (_: unknown, query: UsageQuery) => {
    asked.push(query)
    return answer
  }
  const config = configOf()
  const desk = new Desk({ sql, readUsage, config: () => config, now: () => nowS * 1000 + 500 } as unknown as Ports)
  /** What D1 is owed since it was asked last. */
  const queued = () => {
    const bodies = sql.all<{ body: string }>('SELECT body FROM history_entry ORDER BY id')
    sql.all('DELETE FROM history_entry')
    return bodies.map(({ body }) => JSON.parse(body) as HistoryRows)
  }
  return { desk, sql, asked, tells, queued }
}

const hoursIn = (rows: HistoryRows[]) => rows.flatMap(({ modelHours }) => modelHours ?? []).map(row => row.hour)

describe('readHoursOf an open day', () => {
  const nowS = at('2027-03-10T12:05')
  const today = dayOf(TODAY, { groups: used(30), hoursReadS: 0, hoursRevision: 0 })
  const hours = { '2027-03-10T10:00': 10, '2027-03-10T11:00': 20 }

  it('keeps its hours, hands over those that ended an hour ago, and notes that they add up', async () => {
    const { desk, sql, asked, tells, queued } = world({ nowS, days: [today] })
    tells(hours)
    expect(await readHoursOf(desk, TODAY)).toMatchObject({ ok: true })
    expect(asked).toEqual([{ width: '1h', start: at('2027-03-10T00:00'), end: null }])
    const rows = queued()
    expect(hoursIn(rows)).toEqual([at('2027-03-10T10:00')])
    expect(rows.flatMap(({ hourTotals }) => hourTotals ?? [])).toEqual([
      { hour: at('2027-03-10T10:00'), premium_tokens: 10, mini_tokens: 0 },
    ])
    expect(rows.flatMap(({ summaries }) => summaries ?? []).map(row => row.tokens_used)).toEqual([30, 0])
    expect([...readHours(sql, TODAY).keys()]).toEqual([at('2027-03-10T10:00'), at('2027-03-10T11:00')])
    expect(desk.memory.days.get(TODAY)).toMatchObject({ hoursReadS: nowS, hoursRevision: 3, revision: 3, final: false })
    expect(readDay(sql, TODAY)).toEqual(desk.memory.days.get(TODAY))
    expect(readEntryCounts(sql)).toEqual([{ date: TODAY, entries: 1 }])
    expect(new Desk(desk.ports).memory).toEqual(desk.memory)
  })

  it('owes them again as long as they do not add up', async () => {
    const { desk, tells } = world({ nowS, days: [today] })
    tells({ ...hours, '2027-03-10T11:00': 19 })
    await readHoursOf(desk, TODAY)
    expect(desk.memory.days.get(TODAY)).toMatchObject({ hoursRevision: 0, hoursReadS: nowS })
  })

  it('hands over what changed, and zeros for what is gone, but nothing twice', async () => {
    const { desk, tells, queued } = world({ nowS, days: [today] })
    tells({ '2027-03-10T08:00': 5, '2027-03-10T09:00': 5, ...hours })
    await readHoursOf(desk, TODAY)
    queued()
    tells({ '2027-03-10T09:00': 6, ...hours })
    await readHoursOf(desk, TODAY)
    const rows = queued()
    expect(rows.flatMap(({ modelHours }) => modelHours ?? []).map(row => [row.hour, row.input_tokens])).toEqual([
      [at('2027-03-10T08:00'), 0],
      [at('2027-03-10T09:00'), 6],
    ])
    await readHoursOf(desk, TODAY)
    expect(hoursIn(queued())).toEqual([])
  })

  it('changes nothing when OpenAI fails', async () => {
    const { desk, queued } = world({ nowS, days: [today] })
    const before = desk.memory
    expect(await readHoursOf(desk, TODAY)).toMatchObject({ ok: false, fault: { kind: 'unreachable' } })
    expect([desk.memory, queued()]).toEqual([before, []])
  })
})

describe('readHoursOf a day that closes', () => {
  const date = '2027-03-07'
  const closes = at('2027-03-10T00:00')
  const day = dayOf(date, { groups: used(30) })
  const hours = { '2027-03-07T10:00': 10, '2027-03-07T23:00': 20 }

  it('hands over all hours, makes the summary final, and forgets what is older than anybody may ask for', async () => {
    const [kept, old] = ['2026-01-29', '2026-01-28'].map(of => dayOf(of, { final: true }))
    const { desk, sql, asked, tells, queued } = world({ nowS: closes, days: [day, kept, old] as Day[] })
    tells(hours)
    await readHoursOf(desk, date)
    expect(asked).toEqual([{ width: '1h', start: at('2027-03-07T00:00'), end: at('2027-03-08T00:00') }])
    const rows = queued()
    expect(hoursIn(rows)).toEqual([at('2027-03-07T10:00'), at('2027-03-07T23:00')])
    expect(rows.flatMap(({ summaries }) => summaries ?? []).map(row => row.final)).toEqual([1, 1])
    expect(rows.flatMap(({ forgetBefore }) => forgetBefore ?? [])).toEqual(['2026-01-29'])
    expect([desk.memory.days.size, readHours(sql, date).size]).toEqual([0, 0])
    expect(readDay(sql, date)).toMatchObject({ final: true, revision: 8, hoursRevision: 8 })
    expect([readDay(sql, '2026-01-29')?.date, readDay(sql, '2026-01-28')]).toEqual(['2026-01-29', null])
    expect(readEntryCounts(sql)).toEqual([{ date, entries: 2 }])
  })

  it('stays open a second before its time, and on a poll before it', async () => {
    for (const given of [
      { nowS: closes - 1, lastSuccessS: closes },
      { nowS: closes, lastSuccessS: closes - 1 },
    ]) {
      const { desk, tells } = world({ ...given, days: [day] })
      tells(hours)
      await readHoursOf(desk, date)
      expect(desk.memory.days.get(date)).toMatchObject({ final: false, revision: 3 })
    }
  })
})

describe('readHoursOf a date with a gap of hours', () => {
  const gap = (from: string, to: string): Gap => ({ fromS: at(from) - 1, toS: at(to), width: '1h' })

  it('draws the curve at each full hour inside the gap, and leaves other dates’ gaps owed', async () => {
    const gaps = [
      gap('2027-03-03T05:00', '2027-03-03T08:00'),
      { ...gap('2027-03-03T11:00', '2027-03-03T12:00'), width: '1m' as const },
      gap('2027-03-04T00:00', '2027-03-05T00:00'),
    ]
    const { desk, sql, tells, queued } = world({ nowS: NOON_S, gaps })
    tells({ '2027-03-03T04:00': 1, '2027-03-03T05:00': 10, '2027-03-03T06:00': 100, '2027-03-03T07:00': 1000 })
    await readHoursOf(desk, '2027-03-03')
    const rows = queued()
    expect(rows.flatMap(({ snapshots }) => snapshots ?? []).map(row => [row.timestamp, row.premium_tokens])).toEqual([
      [at('2027-03-03T05:00'), 1],
      [at('2027-03-03T06:00'), 11],
      [at('2027-03-03T07:00'), 111],
    ])
    expect(rows.flatMap(({ replaceHours }) => replaceHours ?? [])).toEqual([
      { from: at('2027-03-03T00:00'), to: at('2027-03-04T00:00') },
    ])
    expect([desk.memory.gaps, readGaps(sql)]).toEqual([gaps.slice(1), gaps.slice(1)])
  })

  it('notes when a closed day was read', async () => {
    const date = '2027-03-03'
    const days = [dayOf(date, { final: true, hoursReadS: 5, groups: used(1) })]
    const { desk, sql, tells } = world({ nowS: NOON_S, days })
    tells({ '2027-03-03T04:00': 1 })
    await readHoursOf(desk, date)
    expect(readDay(sql, date)).toMatchObject({ hoursReadS: NOON_S, final: true, groups: used(1) })
    expect(readEntryCounts(sql)).toEqual([{ date, entries: 1 }])
  })
})
