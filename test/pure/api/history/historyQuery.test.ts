import { describe, expect, it } from 'vitest'
import { type HistoryQuery, historyQuery } from '../../../../src/api/history/historyQuery.ts'
import { Refusal } from '../../../../src/api/refusal.ts'

// 2026-11-23T09:30:15Z
const NOW = Date.UTC(2026, 10, 23, 9, 30, 15) / 1000
const MIDNIGHT = Date.UTC(2026, 10, 23) / 1000
const DAY = 86_400
const read = (query: string) => historyQuery(new URLSearchParams(query), NOW)

describe('historyQuery', () => {
  const week = { mode: 'points', interval: 'raw', from: NOW - 7 * DAY, to: NOW + 1 } as const
  const weekDates = { fromDate: '2026-11-17', toDate: '2026-11-23' }
  it.each<[string, Partial<HistoryQuery>]>([
    ['', { ...week, ...weekDates }],
    ['days=7', { ...week, ...weekDates }],
    ['interval=day', { ...week, ...weekDates, interval: 'day' }],
    ['days=7&limit=20&_=123', week],
    ['days=1&interval=hour', { interval: 'hour', from: NOW - DAY, to: NOW + 1 }],
    ['days=1&interval=day', { interval: 'day', fromDate: '2026-11-23', toDate: '2026-11-23' }],
    ['date=2026-11-23', { mode: 'points', interval: 'raw', from: MIDNIGHT, to: MIDNIGHT + DAY }],
    ['date=2026-11-23&limit=5', { mode: 'points', interval: 'raw' }],
    ['date=2024-02-29&interval=day', { fromDate: '2024-02-29', toDate: '2024-02-29' }],
    ['limit=5', { mode: 'page', limit: 5, offset: 0 }],
    ['offset=40', { mode: 'page', limit: 20, offset: 40 }],
    ['limit=201', { mode: 'page', limit: 200, offset: 0 }],
    ['limit=9007199254740993', { mode: 'page', limit: 200, offset: 0 }],
    [`limit=${'9'.repeat(400)}`, { mode: 'page', limit: 200, offset: 0 }],
    ['limit=200&offset=999999999', { mode: 'page', limit: 200, offset: 999_999_999 }],
    ['limit=5&interval=hour', { mode: 'points', interval: 'hour' }],
  ])('reads "%s"', (query, expected) => {
    expect(read(query)).toMatchObject(expected)
  })

  it.each([
    ['days=0', 'days is "0"'],
    ['days=32', '1 to 31. Longer spans: up to 92 days with interval=hour, 400 with interval=day.'],
    ['days=93&interval=hour', '1 to 92'],
    ['days=401&interval=day', '1 to 400'],
    ['days=1e1', 'days is "1e1"'],
    ['days=+7', 'days is "7"'],
    ['days=%20', 'days is ""'],
    ['days=99999999999999999999', 'whole number'],
    ['days=3&days=4', 'days is given 2 times'],
    ['interval=minute', 'one of raw, hour, day'],
    ['interval=raw&interval=raw', 'interval is given 2 times'],
    ['date=2026-02-30', 'date is "2026-02-30"'],
    ['date=2025-02-29', 'UTC calendar date'],
    ['date=', 'date is ""'],
    ['date=2026-11-01&date=2026-11-02', 'date is given 2 times'],
    ['date=2026-11-01&days=2', 'exclude each other'],
    ['limit=0', '1 to 200'],
    ['limit=-1', '1 to 200'],
    ['limit=1e3', '1 to 200'],
    ['limit=500.5', '1 to 200'],
    ['limit=Infinity', '1 to 200'],
    ['limit=', '1 to 200'],
    ['limit=300&limit=300', 'limit is given 2 times'],
    ['limit=5&offset=1000000000', 'offset is "1000000000"'],
    ['limit=5&offset=-1', 'offset is "-1"'],
  ])('refuses "%s", saying %s', (query, said) => {
    const refusal = read(query)
    expect(refusal).toBeInstanceOf(Refusal)
    expect(refusal).toMatchObject({ status: 400, code: 'bad_request' })
    expect((refusal as Refusal).detail).toContain(said)
  })

  it('says no more than the bounds where there is nothing else to try', () => {
    expect(read('limit=0')).toMatchObject({ detail: 'limit is "0", but must be a whole number from 1 to 200.' })
  })

  it('repeats a hostile value short and without what cannot be seen', () => {
    const { detail } = read(`date=${encodeURIComponent(`\u202e<script>\r\n${'x'.repeat(5000)}`)}`) as Refusal
    expect(detail.length).toBeLessThan(120)
    expect(detail).toMatch(/^date is "<script> x+…", but/)
  })
})
