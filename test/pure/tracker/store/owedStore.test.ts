import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { insertDay, markHanded, readDay } from '../../../../src/tracker/store/dayStore.ts'
import { writeGap } from '../../../../src/tracker/store/gapStore.ts'
import { writeHour } from '../../../../src/tracker/store/hourStore.ts'
import {
  acknowledge,
  readBacklog,
  readHandedDates,
  readOwedDates,
  readOwedHours,
  readOwedParts,
  readOwedTicks,
  refuse,
} from '../../../../src/tracker/store/owedStore.ts'
import { prune } from '../../../../src/tracker/store/prune.ts'
import { readTicks, writeTicks } from '../../../../src/tracker/store/tickStore.ts'
import type { SnapshotPoint } from '../../../../src/wire.ts'
import { plainSql } from '../plainSql.ts'
import { dayOf, NOON_S, used } from '../sampleMemory.ts'

const HOUR_S = 3600
const DAY_S = 86_400
const DATE = '2027-03-07'
const START_S = Date.UTC(2027, 2, 7) / 1000
const point = (timestamp: number, premium_tokens = timestamp % 1000): SnapshotPoint => ({
  timestamp,
  date: new Date(timestamp * 1000).toISOString().slice(0, 10),
  premium_tokens,
  mini_tokens: 0,
})

/** Where an older release runs in between, it knows nothing of `past`. */
const WRITE_OF_THE_RELEASE_BEFORE = `INSERT INTO tick_book (hour, revision, acked, acked_s, refused, points)
  VALUES (?, ?, 0, 0, NULL, '[]') ON CONFLICT (hour) DO UPDATE SET revision = excluded.revision, refused = NULL`

describe('what D1 is owed', () => {
  it('is a row until its revision is acknowledged, and again when it changes meanwhile', () => {
    const sql = plainSql()
    writeHour(sql, START_S, used(1), 5)
    expect(readOwedHours(sql, 9, NOON_S)).toEqual([{ hour: START_S, revision: 5, groups: used(1) }])
    writeHour(sql, START_S, used(2), 6)
    acknowledge(sql, 'hours', [{ key: START_S, revision: 5 }])
    expect(readOwedHours(sql, 9, NOON_S)).toMatchObject([{ revision: 6 }])
    acknowledge(sql, 'hours', [{ key: START_S, revision: 6 }])
    expect([readOwedHours(sql, 9, NOON_S), readOwedParts(sql, NOON_S).has('hours')]).toEqual([[], false])
  })

  it('is an hour when it has been over for an hour', () => {
    const sql = plainSql()
    writeHour(sql, NOON_S, used(1), 5)
    const owed = (nowS: number) => [
      readOwedHours(sql, 9, nowS).length,
      readOwedParts(sql, nowS).has('hours'),
      readBacklog(sql, nowS).pending,
    ]
    expect(owed(NOON_S + 2 * HOUR_S - 1)).toEqual([0, false, 0])
    expect(owed(NOON_S + 2 * HOUR_S)).toEqual([1, true, 1])
  })

  it('is not a row that D1 refuses, until it changes; it is counted as parked', () => {
    const sql = plainSql()
    writeHour(sql, START_S, used(1), 5)
    refuse(sql, 'hours', { key: START_S, revision: 4 }, 'not this one')
    expect(readBacklog(sql, NOON_S)).toEqual({ pending: 1, parked: 0, oldestAt: START_S })
    refuse(sql, 'hours', { key: START_S, revision: 5 }, 'constraint')
    expect([readOwedParts(sql, NOON_S).has('hours'), readBacklog(sql, NOON_S)]).toEqual([
      false,
      { pending: 0, parked: 1, oldestAt: null },
    ])
    writeHour(sql, START_S, used(2), 6)
    expect(readBacklog(sql, NOON_S)).toMatchObject({ pending: 1, parked: 0 })
  })

  it('is a day once it is closed', () => {
    const sql = plainSql()
    insertDay(sql, dayOf(DATE, { revision: 3 }))
    expect(readOwedDates(sql, 'days', 9)).toEqual([])
    insertDay(sql, dayOf(DATE, { revision: 4, final: true }))
    expect(readOwedDates(sql, 'days', 9)).toEqual([DATE])
  })

  it('are of the ticks only those that D1 has not, and what was put in between with all that follows it', () => {
    const sql = plainSql()
    const owed = () =>
      readOwedTicks(sql, 9).map(({ ackedS, points }) =>
        points.filter(each => each.timestamp > ackedS).map(each => each.timestamp - NOON_S),
      )
    writeTicks(sql, [point(NOON_S), point(NOON_S + 600)], 5)
    acknowledge(sql, 'ticks', [{ key: NOON_S, revision: 5, lastS: NOON_S + 600 }])
    expect(owed()).toEqual([])
    writeTicks(sql, [point(NOON_S + 900)], 6)
    expect(owed()).toEqual([[900]])
    writeTicks(sql, [point(NOON_S + 300)], 7)
    expect(owed()).toEqual([[300, 600, 900]])
    // The answer to a write that did not hold the one in between.
    acknowledge(sql, 'ticks', [{ key: NOON_S, revision: 6, lastS: NOON_S + 900 }])
    expect(owed()).toEqual([[300, 600, 900]])
  })

  it('are the ticks of every hour, in whatever order the hours came and whichever of them are deleted', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            hour: fc.integer({ min: 0, max: 6 }),
            act: fc.constantFrom('write', 'acknowledge', 'refuse', 'delete', 'release before'),
          }),
          { maxLength: 30 },
        ),
        acts => {
          const sql = plainSql()
          const owed = new Map<number, number>()
          for (const [revision, { hour, act }] of acts.entries()) {
            const key = START_S + hour * HOUR_S
            const held = owed.get(key)
            if (act === 'write') writeTicks(sql, [point(key + revision)], revision + 1)
            else if (act === 'release before') sql.all(WRITE_OF_THE_RELEASE_BEFORE, key, revision + 1)
            else if (act === 'delete') sql.all('DELETE FROM tick_book WHERE hour = ?', key)
            else if (held !== undefined && act === 'refuse')
              refuse(sql, 'ticks', { key, revision: held }, 'not this one')
            else if (held !== undefined) acknowledge(sql, 'ticks', [{ key, revision: held }])
            if (act === 'write' || act === 'release before') owed.set(key, revision + 1)
            else owed.delete(key)
          }
          expect(readOwedTicks(sql, 99).map(({ hour }) => hour)).toEqual([...owed.keys()].sort((a, b) => a - b))
          expect(readOwedParts(sql, NOON_S).has('ticks')).toBe(owed.size > 0)
          expect(readBacklog(sql, NOON_S)).toMatchObject({ pending: owed.size })
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('readHandedDates', () => {
  /** A settled day with an hour and a tick, all of which D1 has. */
  function handed() {
    const sql = plainSql()
    insertDay(sql, dayOf(DATE, { final: true, settled: true, acked: 3, usageAcked: 3 }))
    writeHour(sql, START_S + 23 * HOUR_S, used(1), 3)
    writeTicks(sql, [point(START_S)], 3)
    acknowledge(sql, 'hours', [{ key: START_S + 23 * HOUR_S, revision: 3 }])
    acknowledge(sql, 'ticks', [{ key: START_S, revision: 3, lastS: START_S }])
    return sql
  }

  it('are the dates of which D1 has all, until they are noted', () => {
    const sql = handed()
    expect(readHandedDates(sql, 9)).toEqual([DATE])
    markHanded(sql, DATE)
    expect([readHandedDates(sql, 9), readDay(sql, DATE)?.handed]).toEqual([[], true])
  })

  it.each<[string, (sql: ReturnType<typeof plainSql>) => void]>([
    ['its first hour', sql => writeHour(sql, START_S, used(1), 4)],
    ['its last hour', sql => writeHour(sql, START_S + 23 * HOUR_S, used(2), 4)],
    ['a tick', sql => writeTicks(sql, [point(START_S + DAY_S - 1)], 4)],
    ['a stretch that begins with it', sql => writeGap(sql, { fromS: START_S - 1, toS: START_S + 60, width: '1m' })],
    ['a stretch at its end', sql => writeGap(sql, { fromS: START_S + DAY_S - 2, toS: START_S + DAY_S, width: '1m' })],
    ['the day itself', sql => insertDay(sql, dayOf(DATE, { final: true, settled: true, revision: 4, acked: 3 }))],
    [
      'a refused hour',
      sql => {
        writeHour(sql, START_S, used(1), 4)
        refuse(sql, 'hours', { key: START_S, revision: 4 }, 'constraint')
      },
    ],
  ])('lack a date while D1 lacks %s', (_, change) => {
    const sql = handed()
    change(sql)
    expect(readHandedDates(sql, 9)).toEqual([])
  })

  it('do not wait for what belongs to the dates beside it', () => {
    const sql = handed()
    for (const hour of [START_S - HOUR_S, START_S + DAY_S]) writeHour(sql, hour, used(1), 9)
    writeTicks(sql, [point(START_S - 1), point(START_S + DAY_S)], 9)
    writeGap(sql, { fromS: START_S - 2, toS: START_S, width: '1m' })
    writeGap(sql, { fromS: START_S + DAY_S - 1, toS: START_S + DAY_S + 60, width: '1m' })
    expect(readHandedDates(sql, 9)).toEqual([DATE])
  })
})

describe('ticks', () => {
  it('are read in order within their bounds, the later of one second in place of the earlier', () => {
    const sql = plainSql()
    writeTicks(sql, [point(NOON_S + 60), point(NOON_S - 60), point(NOON_S + HOUR_S)], 1)
    writeTicks(sql, [point(NOON_S), point(NOON_S + 60, 7)], 2)
    expect(readTicks(sql, NOON_S, NOON_S + HOUR_S)).toEqual([point(NOON_S), point(NOON_S + 60, 7)])
    expect(readTicks(sql, NOON_S - 60, NOON_S)).toEqual([point(NOON_S - 60)])
  })

  it('that D1 has not taken for 31 days thin out to the last of each hour, once', () => {
    const sql = plainSql()
    const old = START_S - 31 * DAY_S
    const hours = [old - HOUR_S, old]
    for (const hour of hours) writeTicks(sql, [point(hour), point(hour + 900), point(hour + 1800)], 1)
    prune(sql, DATE, '')
    expect(readTicks(sql, old - HOUR_S, old + HOUR_S)).toEqual([
      point(old - HOUR_S + 1800),
      ...[0, 900, 1800].map(offset => point(old + offset)),
    ])
    expect(readOwedTicks(sql, 9).length).toBe(2)
  })
})

describe('prune', () => {
  const count = (sql: ReturnType<typeof plainSql>, table: string) =>
    sql.all<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)[0]?.n

  it('keeps days, hours, ticks and stretches of 402 days, and days that are not settled for ever', () => {
    const sql = plainSql()
    const first = START_S - 402 * DAY_S
    const dateOf = (at: number) => new Date(at * 1000).toISOString().slice(0, 10)
    for (const at of [first, first - 2 * DAY_S]) {
      insertDay(sql, dayOf(dateOf(at), { final: true, settled: true }))
      insertDay(sql, dayOf(dateOf(at - DAY_S)))
      writeHour(sql, at, used(1), 1)
      writeTicks(sql, [point(at)], 1)
      writeGap(sql, { fromS: at, toS: at + 60, width: '1m' })
    }
    prune(sql, DATE, '')
    expect(['day_book', 'hour_book', 'tick_book', 'gap'].map(table => count(sql, table))).toEqual([3, 1, 1, 1])
    expect(readDay(sql, dateOf(first - 2 * DAY_S))).toBe(null)
  })

  it('keeps messages with their deliveries for 30 days', () => {
    const sql = plainSql()
    for (const [id, days] of [
      ['young', 30],
      ['old', 30.001],
    ] as const) {
      const at = (START_S - days * DAY_S) * 1000
      sql.all('INSERT INTO message (id, created_ms, body) VALUES (?, ?, ?)', id, Math.floor(at), '{}')
      sql.all(
        `INSERT INTO delivery (message_id, channel, state, attempts, created_ms, due_ms, plain, last_status, last_error, delivered_ms, unanswered)
         VALUES (?, 'c', 'delivered', 1, ?, 0, 0, NULL, NULL, NULL, 0)`,
        id,
        Math.floor(at),
      )
    }
    prune(sql, DATE, '')
    expect(['message', 'delivery'].map(table => count(sql, table))).toEqual([1, 1])
    expect(sql.all('SELECT id FROM message')).toEqual([{ id: 'young' }])
  })
})
