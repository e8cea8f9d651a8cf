import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifier } from '../../../src/models.ts'
import type { Memory } from '../../../src/tracker/memory.ts'
import { settleReading } from '../../../src/tracker/settleReading.ts'
import { FRESH_STATE } from '../../../src/tracker/store/pollState.ts'
import type { GroupMap } from '../../../src/usage/usageGroup.ts'
import { configOf, dayOf, daysOf, memoryOf, NOON_S, used } from './sampleMemory.ts'

const classify = classifier(new Map())
const DAY_S = 86_400
const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const at = (text: string) => Date.parse(`${text}Z`) / 1000
const config = configOf({ PREMIUM_TIER_LIMIT: '1000', MINI_TIER_LIMIT: '5000', ALERT_THRESHOLD: '50,80' })

/** Settles what a poll read five minutes after noon. */
function settle(memory: Memory, groups: Record<string, GroupMap>, atS = NOON_S + 300, of = config) {
  return settleReading(memory, { readAt: atS * 1000 + 999, groups: new Map(Object.entries(groups)) }, of, classify)
}

describe('settleReading', () => {
  it('takes a first reading: every day is new, today’s snapshot is today’s, nothing before it is watched', () => {
    const fresh = memoryOf({ state: FRESH_STATE })
    const { days, snapshot, today } = settle(fresh, { [YESTERDAY]: used(900), [TODAY]: used(300, 40) })
    expect(days.map(({ day }) => day)).toEqual([
      {
        date: YESTERDAY,
        revision: 1,
        final: false,
        tracked: false,
        limits: { premium: 1000, mini: 5000 },
        hoursReadS: 0,
        hoursRevision: 0,
        groups: used(900),
      },
      {
        date: TODAY,
        revision: 1,
        final: false,
        tracked: true,
        limits: { premium: 1000, mini: 5000 },
        hoursReadS: 0,
        hoursRevision: 0,
        groups: used(300, 40),
      },
    ])
    expect(days.map(({ changes }) => changes)).toEqual([[...used(900).values()], [...used(300, 40).values()]])
    expect(snapshot).toEqual({ timestamp: NOON_S + 300, date: TODAY, premium_tokens: 300, mini_tokens: 40 })
    expect([today.premium.tokens, today.mini.tokens]).toEqual([300, 40])
  })

  it('says zero for today where the reading ended before today began', () => {
    const { snapshot, today } = settle(memoryOf(), { [YESTERDAY]: used(5) })
    expect(snapshot).toMatchObject({ date: TODAY, premium_tokens: 0, mini_tokens: 0 })
    expect(today.premium.tokens).toBe(0)
  })

  it('gives a day that changed a new revision with what changed, and leaves the others theirs', () => {
    const days = daysOf(dayOf(YESTERDAY, { groups: used(900, 3) }), dayOf(TODAY, { groups: used(300, 40) }))
    const settled = settle(memoryOf({ days }), { [YESTERDAY]: used(900, 3), [TODAY]: used(301, 40) })
    expect(settled.days.map(({ day }) => [day.date, day.revision])).toEqual([
      [YESTERDAY, 3],
      [TODAY, 8],
    ])
    expect(settled.days.map(({ changes }) => changes)).toEqual([[], [...used(301).values()]])
    expect(settled.days[1]?.day).toMatchObject({ groups: used(301, 40), hoursReadS: NOON_S, hoursRevision: 3 })
  })

  it('keeps a new day without use too: it is new', () => {
    expect(settle(memoryOf(), { [TODAY]: used(0) }).days).toMatchObject([{ day: { revision: 8 }, changes: [] }])
  })

  it('keeps the limits that a day ended with, and gives today those of the configuration', () => {
    const limits = { premium: 7, mini: 8 }
    const days = daysOf(dayOf(YESTERDAY, { limits }), dayOf(TODAY, { limits }))
    const settled = settle(memoryOf({ days }), { '2027-03-08': used(0), [YESTERDAY]: used(1), [TODAY]: used(1) })
    expect(settled.days.map(({ day }) => day.limits.premium)).toEqual([1000, 7, 1000])
  })

  it.each([
    ['ended as the first success came', `${TODAY}T00:00:00`, false],
    ['was running at the first success', `${YESTERDAY}T23:59:59`, true],
    ['came after the first success', `${YESTERDAY}T00:00:00`, true],
  ])('a new day that %s: watched %s', (_, firstSuccess, tracked) => {
    const memory = memoryOf({ state: { firstSuccess: at(firstSuccess) * 1000 } })
    expect(settle(memory, { [YESTERDAY]: used(1) }).days[0]?.day.tracked).toBe(tracked)
  })

  describe('alerts', () => {
    it('tells of each tier by itself, by the day’s own limits', () => {
      const days = daysOf(dayOf(YESTERDAY, { limits: { premium: 100, mini: 100 } }))
      const { alerts } = settle(memoryOf({ days }), { [YESTERDAY]: used(10, 60), [TODAY]: used(900, 1) })
      expect(alerts.map(({ message }) => message)).toMatchObject([
        { date: YESTERDAY, tier: 'mini', threshold: 50, limit: 100, late: true, resetsAt: at(`${TODAY}T00:00:00`) },
        { date: TODAY, tier: 'premium', threshold: 80, thresholds: [50, 80], tokensUsed: 900, late: false },
      ])
      expect(alerts.map(({ firings }) => firings.map(({ threshold }) => threshold))).toEqual([[50], [50, 80]])
      expect(alerts[1]?.firings[0]).toMatchObject({ firedAt: NOON_S + 300, limit: 1000 })
    })

    it('is late from the second in which the day has ended', () => {
      const late = (atS: number) => settle(memoryOf(), { [YESTERDAY]: used(600) }, atS).alerts[0]?.message.late
      expect([late(at(`${YESTERDAY}T23:59:59`)), late(at(`${TODAY}T00:00:00`))]).toEqual([false, true])
    })

    it('leaves out what has fired on that date in that tier', () => {
      const fired = new Map([
        [`${TODAY} premium`, new Set([50])],
        [`${YESTERDAY} premium`, new Set([80])],
      ])
      const { alerts } = settle(memoryOf({ fired }), { [TODAY]: used(900, 2500) })
      expect(alerts.map(({ message }) => [message.tier, message.thresholds])).toEqual([
        ['premium', [80]],
        ['mini', [50]],
      ])
    })

    it('says nothing of days that were never watched', () => {
      const days = daysOf(dayOf(YESTERDAY, { tracked: false }))
      expect(settle(memoryOf({ days }), { [YESTERDAY]: used(5_000_000) }).alerts).toEqual([])
    })
  })

  describe('gaps', () => {
    const gaps = (lastSnapshotS: number | null, nowS: number, of = config) =>
      settle(memoryOf({ state: { lastSnapshotS } }), { [TODAY]: used(1) }, nowS, of).gaps
    const midnight = at(`${TODAY}T00:00:00`)

    it('are none between one tick and the next', () => expect(gaps(NOON_S, NOON_S + 300)).toEqual([]))

    it('are what lies between the last snapshot and this one, by minutes', () => {
      expect(gaps(NOON_S, NOON_S + 900)).toEqual([{ fromS: NOON_S, toS: NOON_S + 900, width: '1m' }])
    })

    it('are cut at midnight, which belongs to the new day', () => {
      expect(gaps(midnight - 1200, midnight + 1200)).toEqual([
        { fromS: midnight - 1200, toS: midnight, width: '1m' },
        { fromS: midnight - 1, toS: midnight + 1200, width: '1m' },
      ])
      expect(gaps(midnight - 1, midnight + 1200)).toEqual([{ fromS: midnight - 1, toS: midnight + 1200, width: '1m' }])
    })

    it('are rebuilt by minutes up to a day, by hours beyond', () => {
      const widths = (absence: number) => new Set(gaps(NOON_S - absence, NOON_S).map(({ width }) => width))
      expect([widths(DAY_S), widths(DAY_S + 1)]).toEqual([new Set(['1m']), new Set(['1h'])])
    })

    it('go back no further than 31 days', () => {
      const all = gaps(NOON_S - 100 * DAY_S, NOON_S)
      expect(all.length).toBe(32)
      expect(all[0]).toEqual({ fromS: NOON_S - 31 * DAY_S, toS: at('2027-02-08T00:00:00'), width: '1h' })
      expect(all.at(-1)).toEqual({ fromS: midnight - 1, toS: NOON_S, width: '1h' })
    })

    it('are the last seven days and today, by hours, at the first start', () => {
      const all = gaps(null, NOON_S)
      expect(all.map(({ toS }) => toS)).toEqual([
        ...Array.from({ length: 7 }, (_, n) => at('2027-03-04T00:00:00') + n * DAY_S),
        NOON_S,
      ])
      expect(all[0]).toEqual({ fromS: at('2027-03-03T00:00:00') - 1, toS: at('2027-03-04T00:00:00'), width: '1h' })
    })

    it('cover the absence without overlap, whatever its length', () => {
      const hourly = configOf({ POLL_CRON: '0 * * * *' })
      fc.assert(
        fc.property(fc.integer({ min: 7300, max: 40 * DAY_S }), fc.nat(DAY_S), (absence, later) => {
          const now = NOON_S + later
          const all = gaps(now - absence, now, hourly)
          const seconds = all.reduce((sum, { fromS, toS }) => sum + (toS - fromS - 1), 0)
          // Both ends of each are excluded; a midnight inside is the first second of its own gap.
          expect(seconds).toBe(Math.min(absence, 31 * DAY_S) - 1)
          expect(all[0]?.fromS).toBe(Math.max(now - absence, now - 31 * DAY_S))
          for (const [n, gap] of all.entries()) {
            expect(gap.fromS).toBeLessThan(gap.toS)
            if (n > 0) expect(gap.fromS).toBe((all[n - 1]?.toS ?? 0) - 1)
          }
        }),
        { numRuns: 50 },
      )
    })
  })

  it('changes nothing and tells of nothing when OpenAI says the same again', () => {
    const tokens = fc.nat(3000)
    const reading = fc.record({ [YESTERDAY]: fc.tuple(tokens, tokens), [TODAY]: fc.tuple(tokens, tokens) })
    fc.assert(
      fc.property(reading, reading, (first, second) => {
        const groupsOf = (of: typeof first) =>
          Object.fromEntries(Object.entries(of).map(([date, [premium, mini]]) => [date, used(premium, mini)]))
        let memory = memoryOf()
        for (const of of [first, second]) memory = after(memory, settle(memory, groupsOf(of)))
        const again = settle(memory, groupsOf(second))
        expect(again.alerts).toEqual([])
        expect(again.days.flatMap(({ changes }) => changes)).toEqual([])
        expect(new Map(again.days.map(({ day }) => [day.date, day]))).toEqual(memory.days)
      }),
    )
  })
})

/** As the commit of a poll leaves memory. */
function after(memory: Memory, settled: ReturnType<typeof settle>): Memory {
  const fired = new Map(memory.fired)
  for (const { firings } of settled.alerts) {
    for (const { date, tier, threshold } of firings) {
      fired.set(`${date} ${tier}`, new Set([...(fired.get(`${date} ${tier}`) ?? []), threshold]))
    }
  }
  const state = { ...memory.state, seq: memory.state.seq + 1, lastSnapshotS: settled.snapshot.timestamp }
  return { ...memory, state, fired, days: new Map(settled.days.map(({ day }) => [day.date, day])) }
}
