import { describe, expect, it } from 'vitest'
import type { ReadResult } from '../../../../src/openai/readUsage.ts'
import type { UsageQuery } from '../../../../src/openai/usageQuery.ts'
import { Desk } from '../../../../src/tracker/desk.ts'
import { closesAt } from '../../../../src/tracker/memory.ts'
import type { Ports } from '../../../../src/tracker/ports.ts'
import { dueHourReads, hoursFrom, readHoursOf, settleWithoutHours } from '../../../../src/tracker/reads/readHours.ts'
import type { SideRead } from '../../../../src/tracker/reads/sideRead.ts'
import { type Day, insertDay, readDay } from '../../../../src/tracker/store/dayStore.ts'
import { readHours } from '../../../../src/tracker/store/hourStore.ts'
import { writePollState } from '../../../../src/tracker/store/pollState.ts'
import { groupMap } from '../../../../src/usage/usageGroup.ts'
import { plainSql } from '../plainSql.ts'
import { configOf, dayOf, daysOf, groupOf, memoryOf, NOON_S, sideReadOf, used } from '../sampleMemory.ts'

const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const CLOSED = '2027-03-07'
const at = (text: string) => Date.parse(`${text}:00Z`) / 1000

describe('dueHourReads', () => {
  const due = (day: Day, nowS: number, reads: SideRead[] = []) =>
    dueHourReads(memoryOf({ days: daysOf(day), reads }), nowS * 1000).length > 0
  const missing = { groupsRevision: 4 }
  const closed = { final: true }

  it.each<[string, Day, number, boolean]>([
    ['today, whole, in the same hour', dayOf(TODAY), NOON_S + 3599, false],
    ['today when an hour has begun', dayOf(TODAY), NOON_S + 3600, true],
    ['today, incomplete, while figures of the last hour are still to come', dayOf(TODAY, missing), NOON_S + 899, false],
    ['today, incomplete, when they are there', dayOf(TODAY, missing), NOON_S + 900, true],
    ['today, whole, when they are there', dayOf(TODAY), NOON_S + 900, false],
    [
      'today, incomplete, read when they were there',
      dayOf(TODAY, { ...missing, hoursReadS: NOON_S + 900 }),
      NOON_S + 3599,
      false,
    ],
    ['today, never read', dayOf(TODAY, { hoursReadS: 0, hoursRevision: 0 }), NOON_S, true],
    ['today, read by a clock that was hours ahead', dayOf(TODAY, { hoursReadS: NOON_S + 40_000 }), NOON_S, true],
    ['an earlier day, whole, when an hour has begun', dayOf(YESTERDAY), NOON_S + 3600, false],
    [
      'an earlier day, incomplete, when an hour has begun',
      dayOf(YESTERDAY, { ...missing, hoursReadS: NOON_S - 1 }),
      NOON_S,
      true,
    ],
    [
      'a day that has closed, read before',
      dayOf(CLOSED, { ...closed, hoursReadS: closesAt(CLOSED) - 1 }),
      NOON_S,
      true,
    ],
    ['a day that has closed, read since, whole', dayOf(CLOSED, closed), NOON_S + 3600, false],
    ['a day that has closed, read since, incomplete', dayOf(CLOSED, { ...closed, ...missing }), NOON_S + 2700, true],
    [
      'a day that has closed, read by a clock ahead',
      dayOf(CLOSED, { ...closed, hoursReadS: NOON_S + 1 }),
      NOON_S,
      true,
    ],
  ])('%s: %#', (_, day, nowS, wanted) => expect(due(day, nowS)).toBe(wanted))

  it('waits for a failed read’s own time, and takes it up then whatever the hour', () => {
    const day = dayOf(YESTERDAY)
    const failed = (nextAt: number | null) => [sideReadOf({ kind: 'hours', key: YESTERDAY, nextAt })]
    const wanting = dayOf(YESTERDAY, { ...missing, hoursReadS: 0 })
    expect([due(wanting, NOON_S, failed(NOON_S * 1000 + 1)), due(wanting, NOON_S, failed(null))]).toEqual([
      false,
      false,
    ])
    expect(due(day, NOON_S, failed(NOON_S * 1000))).toBe(true)
  })

  it('is oldest first', () => {
    const days = daysOf(dayOf(TODAY, { hoursReadS: 0 }), dayOf(YESTERDAY, { ...missing, hoursReadS: 0 }))
    expect(dueHourReads(memoryOf({ days }), NOON_S * 1000)).toEqual([YESTERDAY, TODAY])
  })
})

/** A tracker at `nowS` with one day, whose OpenAI tells of `tokens` by hour. */
function world(nowS: number, day: Day) {
  const sql = plainSql()
  writePollState(sql, memoryOf({ state: { lastSuccess: nowS * 1000 } }).state)
  insertDay(sql, day)
  const asked: UsageQuery[] = []
  let answer: ReadResult = { ok: false, fault: { kind: 'unreachable' }, requests: 1 }
  const tells = (tokens: Record<string, number>, spoiled: string[] = []) => {
    const buckets = Object.entries(tokens).map(([hour, input]) => ({ start: at(hour), groups: [groupOf({ input })] }))
    const bad = spoiled.map(hour => ({ start: at(hour), detail: 'input_tokens is missing' }))
    answer = { ok: true, reading: { buckets, spoiled: bad, requests: 1, simulated: false } }
  }
  const readUsage = async (_: unknown, query: UsageQuery) => {
    asked.push(query)
    return answer
  }
  const config = configOf()
  const desk = new Desk({ sql, readUsage, config: () => config, now: () => nowS * 1000 + 500 } as unknown as Ports)
  const held = () =>
    Object.fromEntries(
      [...readHours(sql, day.date)].map(([hour, of]) => [hour, [...of.values()].map(each => each.input)]),
    )
  /** Memory is what a fresh object would read. */
  const isStored = () => expect(new Desk(desk.ports).memory).toEqual(desk.memory)
  return { desk, sql, asked, tells, held, isStored }
}

describe('readHoursOf an open day', () => {
  const nowS = at('2027-03-10T12:05')
  const today = dayOf(TODAY, { groups: used(30), hoursReadS: 0, hoursRevision: 0 })
  const hours = { '2027-03-10T10:00': 10, '2027-03-10T11:00': 20 }

  it('keeps its hours and notes that they add up', async () => {
    const { desk, asked, tells, held, isStored } = world(nowS, today)
    tells(hours)
    expect(await readHoursOf(desk, TODAY)).toEqual({ ok: true, requests: 1 })
    expect(asked).toEqual([{ width: '1h', start: at('2027-03-10T00:00'), end: null }])
    expect(held()).toEqual({ [at('2027-03-10T10:00')]: [10], [at('2027-03-10T11:00')]: [20] })
    expect(desk.memory.days.get(TODAY)).toEqual({ ...today, hoursReadS: nowS, hoursRevision: 3, hourEntries: 2 })
    isStored()
  })

  it('owes them again as long as they do not add up', async () => {
    const { desk, tells } = world(nowS, today)
    tells({ ...hours, '2027-03-10T11:00': 19 })
    await readHoursOf(desk, TODAY)
    expect(desk.memory.days.get(TODAY)).toMatchObject({ hoursRevision: 0, hoursReadS: nowS })
  })

  it('writes what changed under a new revision, an empty hour for one that is gone, and nothing twice', async () => {
    const { desk, sql, tells } = world(nowS, today)
    const rows = () => sql.all('SELECT hour, revision, groups FROM hour_book ORDER BY hour')
    tells({ '2027-03-10T08:00': 5, '2027-03-10T09:00': 5, ...hours })
    await readHoursOf(desk, TODAY)
    const before = rows()
    tells({ '2027-03-10T09:00': 10, ...hours })
    await readHoursOf(desk, TODAY)
    await readHoursOf(desk, TODAY)
    expect(rows()).toEqual([
      { hour: at('2027-03-10T08:00'), revision: 9, groups: '[]' },
      { hour: at('2027-03-10T09:00'), revision: 9, groups: JSON.stringify([['gpt-4o', '', '', '', '', 10, 0, 0, 0]]) },
      ...before.slice(2),
    ])
  })

  // Issue 9, item 6.
  it.each([
    ['an empty answer', {}],
    ['half of the hours', { '2027-03-10T10:00': 10 }],
  ])('believes no %s, says so, and stays as it was', async (_, less) => {
    const { desk, tells, held } = world(nowS, today)
    tells(hours)
    await readHoursOf(desk, TODAY)
    const [memory, before] = [desk.memory, held()]
    tells(less)
    expect(await readHoursOf(desk, TODAY)).toMatchObject({
      ok: false,
      error: { code: 'hours_do_not_add_up' },
      fault: null,
    })
    expect([desk.memory, held()]).toEqual([memory, before])
  })

  it.each<[string, 'fails' | 'spoils']>([
    ['OpenAI fails', 'fails'],
    ['one hour is not what the API promises', 'spoils'],
  ])('changes nothing when %s', async (_, how) => {
    const { desk, tells } = world(nowS, today)
    if (how === 'spoils') tells(hours, ['2027-03-10T09:00'])
    const before = desk.memory
    const kind = how === 'spoils' ? 'malformed' : 'unreachable'
    expect(await readHoursOf(desk, TODAY)).toMatchObject({ ok: false, fault: { kind } })
    expect(desk.memory).toBe(before)
  })
})

describe('readHoursOf an open day, only the late hours', () => {
  const nowS = at('2027-03-10T12:20')
  const late = at('2027-03-10T11:00')
  const today = dayOf(TODAY, { groups: used(36), hoursReadS: at('2027-03-10T12:05'), hoursRevision: 0 })

  it('asks for the last two, and keeps the earlier ones whatever comes of them', async () => {
    const { desk, asked, tells, held, isStored } = world(nowS, today)
    tells({ '2027-03-10T10:00': 10, '2027-03-10T11:00': 20 })
    await readHoursOf(desk, TODAY)
    tells({ '2027-03-10T10:00': 99, '2027-03-10T11:00': 21, '2027-03-10T12:00': 5 })
    expect(await readHoursOf(desk, TODAY, { onlyLate: true })).toEqual({ ok: true, requests: 1 })
    expect(asked.at(-1)).toEqual({ width: '1h', start: late, end: null })
    expect(held()).toEqual({ [at('2027-03-10T10:00')]: [10], [late]: [21], [at('2027-03-10T12:00')]: [5] })
    expect(desk.memory.days.get(TODAY)).toMatchObject({ hoursReadS: nowS, hoursRevision: 3, hourEntries: 3 })
    isStored()
  })

  it('believes no answer that lacks what an hour had', async () => {
    const { desk, tells, held } = world(nowS, today)
    tells({ '2027-03-10T10:00': 10, '2027-03-10T11:00': 20 })
    await readHoursOf(desk, TODAY)
    const before = held()
    tells({})
    expect(await readHoursOf(desk, TODAY, { onlyLate: true })).toMatchObject({ error: { code: 'hours_do_not_add_up' } })
    expect(held()).toEqual(before)
  })

  it.each<[string, string, string, string, string]>([
    [
      'the hour before, where all were read in this hour',
      TODAY,
      '2027-03-10T12:05',
      '2027-03-10T12:20',
      '2027-03-10T11:00',
    ],
    ['midnight, where an hour has begun since', TODAY, '2027-03-10T11:55', '2027-03-10T12:00', '2027-03-10T00:00'],
    [
      'midnight, where they were read by a clock ahead',
      TODAY,
      '2027-03-10T13:00',
      '2027-03-10T12:20',
      '2027-03-10T00:00',
    ],
    ['midnight in the first hour', TODAY, '2027-03-10T00:05', '2027-03-10T00:20', '2027-03-10T00:00'],
    ['midnight of a day that is over', YESTERDAY, '2027-03-10T00:05', '2027-03-10T00:20', '2027-03-09T00:00'],
  ])('are those from %s', (_, date, readAt, now, from) => {
    expect(hoursFrom(date, at(readAt), at(now))).toBe(at(from))
  })
})

describe('readHoursOf a day that has closed', () => {
  const closes = closesAt(CLOSED)
  const day = dayOf(CLOSED, { final: true, groups: used(30), hoursReadS: 0, hoursRevision: 0 })
  const hours = { '2027-03-07T10:00': 10, '2027-03-07T23:00': 20 }

  it('settles it where the hours add up', async () => {
    const { desk, sql, asked, tells } = world(closes, day)
    tells(hours)
    await readHoursOf(desk, CLOSED)
    expect(asked).toEqual([{ width: '1h', start: at('2027-03-07T00:00'), end: at('2027-03-08T00:00') }])
    expect(desk.memory.days.size).toBe(0)
    expect(readDay(sql, CLOSED)).toEqual({
      ...day,
      settled: true,
      hoursReadS: closes,
      hoursRevision: 3,
      hourEntries: 2,
    })
  })

  it('keeps it unsettled where they do not', async () => {
    const { desk, tells } = world(closes, day)
    tells({ '2027-03-07T10:00': 29 })
    await readHoursOf(desk, CLOSED)
    expect(desk.memory.days.get(CLOSED)).toMatchObject({ settled: false, hoursRevision: 0 })
  })

  it('is settled without them in the end: what they lack stands in the last hour, so that they add up', async () => {
    const { desk, sql, tells, held } = world(closes, day)
    tells({ '2027-03-07T10:00': 10 })
    await readHoursOf(desk, CLOSED)
    settleWithoutHours(desk, CLOSED)
    expect(held()).toEqual({ [at('2027-03-07T10:00')]: [10], [at('2027-03-07T23:00')]: [20] })
    expect([desk.memory.days.size, readDay(sql, CLOSED)]).toMatchObject([
      0,
      { settled: true, final: true, hourEntries: 2 },
    ])
    expect(groupMap(readDay(sql, CLOSED)?.groups.values() ?? [])).toEqual(day.groups)
  })
})
