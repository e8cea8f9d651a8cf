import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import { countEntries, dueHourReads, hoursOf, hourTotal, wholeDay } from '../../../src/tracker/hourReads.ts'
import { closesAt, openDates } from '../../../src/tracker/memory.ts'
import { owedReads } from '../../../src/tracker/owedReads.ts'
import type { Gap } from '../../../src/tracker/store/gapStore.ts'
import { groupMap } from '../../../src/usage/usageGroup.ts'
import { dayOf, daysOf, groupOf, memoryOf, NOON_S, used } from './sampleMemory.ts'

const CRON = '*/5 * * * *'
const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const at = (text: string) => Date.parse(`${text}Z`) / 1000
const classify = classifier(new Map())

describe('closesAt', () => {
  it('is 48 h after the end of the day', () => expect(closesAt('2027-03-07')).toBe(at('2027-03-10T00:00:00')))
})

describe('openDates', () => {
  it.each<[string, string[], string[]]>([
    ['the days that may still move, and today', [], ['2027-03-08', YESTERDAY, TODAY]],
    ['all from the oldest open day on', ['2027-03-09', '2027-03-07'], ['2027-03-07', '2027-03-08', YESTERDAY, TODAY]],
    ['no fewer because those are already closed', [TODAY], ['2027-03-08', YESTERDAY, TODAY]],
  ])('are %s', (_, open, dates) => {
    expect(openDates(daysOf(...open.map(date => dayOf(date))), NOON_S)).toEqual(dates)
  })
})

describe('dueHourReads', () => {
  const due = (partial: Parameters<typeof memoryOf>[0], nowS: number) => dueHourReads(memoryOf(partial), nowS, CRON)
  const today = (hoursReadS: number, revisions: { revision: number; hoursRevision: number }) =>
    daysOf(dayOf(TODAY, { hoursReadS, ...revisions }))
  const whole = { revision: 3, hoursRevision: 3 }
  const missing = { revision: 4, hoursRevision: 3 }

  it.each<[string, Parameters<typeof memoryOf>[0], number, string[]]>([
    ['today, whole, in the same hour', { days: today(NOON_S, whole) }, NOON_S + 3599, []],
    ['today when an hour has begun', { days: today(NOON_S, whole) }, NOON_S + 3600, [TODAY]],
    ['today, incomplete, before the third slot', { days: today(NOON_S, missing) }, NOON_S + 899, []],
    ['today, incomplete, at the third slot', { days: today(NOON_S, missing) }, NOON_S + 900, [TODAY]],
    ['today, never read', { days: today(0, { revision: 4, hoursRevision: 0 }) }, NOON_S, [TODAY]],
    [
      'an earlier day, whole, when an hour has begun',
      { days: daysOf(dayOf(YESTERDAY, { hoursReadS: NOON_S })) },
      NOON_S + 3600,
      [],
    ],
    [
      'an earlier day, incomplete, when an hour has begun',
      { days: daysOf(dayOf(YESTERDAY, { hoursReadS: NOON_S - 1, revision: 4 })) },
      NOON_S,
      [YESTERDAY],
    ],
  ])('%s', (_, partial, nowS, dates) => expect(due(partial, nowS)).toEqual(dates))

  it('closes a day that has had its time, on a poll after that time', () => {
    const closes = closesAt('2027-03-07')
    const days = daysOf(dayOf('2027-03-07', { hoursReadS: closes }))
    const polled = (lastSuccess: number | null, nowS: number) => due({ days, state: { lastSuccess } }, nowS)
    expect(polled(closes * 1000, closes)).toEqual(['2027-03-07'])
    expect(polled(closes * 1000 - 1, closes + 60)).toEqual([])
    expect(polled(closes * 1000 + 60_000, closes - 1)).toEqual([])
    expect(polled(null, closes + 60)).toEqual([])
  })

  it('reads a stretch to be rebuilt by hours, each date once, oldest first', () => {
    const gap = (fromS: number, width: Gap['width']): Gap => ({ fromS, toS: fromS + 60, width })
    const gaps = [
      gap(at('2027-03-04T23:59:59'), '1h'),
      gap(at('2027-03-03T12:00:00'), '1h'),
      gap(at('2027-03-02T12:00:00'), '1m'),
      gap(NOON_S - 7200, '1h'),
    ]
    const days = today(NOON_S - 3600, whole)
    expect(due({ gaps, days }, NOON_S)).toEqual(['2027-03-03', '2027-03-05', TODAY])
  })
})

describe('owedReads', () => {
  const gap: Gap = { fromS: NOON_S - 600, toS: NOON_S, width: '1m' }
  const byHours: Gap = { fromS: at('2027-03-03T12:00:00'), toS: at('2027-03-03T13:00:00'), width: '1h' }

  it('are the hole in the curve first, then the month, then the hours', () => {
    const memory = memoryOf({ gaps: [byHours, gap], state: { backfill: 'pending' } })
    expect(owedReads(memory, NOON_S, CRON)).toEqual([
      { kind: 'gap', gap },
      { kind: 'backfill' },
      { kind: 'hours', date: '2027-03-03' },
    ])
  })

  it('are none where nothing is missing, and none before the first poll', () => {
    expect(owedReads(memoryOf(), NOON_S, CRON)).toEqual([])
    const before = memoryOf({ gaps: [gap], state: { firstSuccess: null, backfill: 'pending' } })
    expect(owedReads(before, NOON_S, CRON)).toEqual([])
  })
})

describe('hours of a day', () => {
  const hour = (text: string, ...groups: ReturnType<typeof groupOf>[]) => ({ start: at(`${text}:00:00`), groups })
  const mini = groupOf({ model: 'gpt-4o-mini', output: 2 })
  const buckets = [
    hour('2027-03-10T05', groupOf({ input: 3 }), mini),
    hour('2027-03-10T04', groupOf({ input: 1 }), groupOf({ input: 1, project: 'p' })),
    hour('2027-03-10T06'),
    hour('2027-03-11T00', groupOf({ input: 9 })),
    hour('2027-03-09T23', groupOf({ input: 9 })),
  ]
  const hours = hoursOf(TODAY, buckets, classify)

  it('are those of its own date with usage, at the start of the hour', () => {
    expect([...hours.keys()]).toEqual([at('2027-03-10T05:00:00'), at('2027-03-10T04:00:00')])
    expect([...(hours.get(at('2027-03-10T05:00:00'))?.values() ?? [])]).toEqual([groupOf({ input: 3 }), mini])
    const odd = { start: at('2027-03-10T05:10:00'), groups: [mini] }
    expect([...hoursOf(TODAY, [odd], classify).keys()]).toEqual([at('2027-03-10T05:00:00')])
  })

  it('sum up by tier', () => {
    expect(hourTotal(3600, used(5, 6), classify)).toEqual({ hour: 3600, premium_tokens: 5, mini_tokens: 6 })
  })

  it('count one entry for each hour and model that used tokens', () => {
    const idle = groupMap([groupOf({ model: 'idle', requests: 3 }), mini])
    expect(countEntries(new Map([...hours, [0, idle]]))).toBe(4)
  })

  it('go to D1 oldest first, in place of all that stands there', () => {
    const { modelHours, hourTotals, replaceHours } = wholeDay(TODAY, hours, classify)
    expect(modelHours?.map(row => [row.hour, row.model, row.project])).toEqual([
      [at('2027-03-10T04:00:00'), 'gpt-4o', ''],
      [at('2027-03-10T04:00:00'), 'gpt-4o', 'p'],
      [at('2027-03-10T05:00:00'), 'gpt-4o', ''],
      [at('2027-03-10T05:00:00'), 'gpt-4o-mini', ''],
    ])
    expect(hourTotals).toEqual([
      { hour: at('2027-03-10T04:00:00'), premium_tokens: 2, mini_tokens: 0 },
      { hour: at('2027-03-10T05:00:00'), premium_tokens: 3, mini_tokens: 2 },
    ])
    expect(replaceHours).toEqual({ from: at('2027-03-10T00:00:00'), to: at('2027-03-11T00:00:00') })
  })
})
