import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crossedThresholds } from '../../../../src/alerts/crossings.ts'
import { classifier } from '../../../../src/models.ts'
import { settleReading } from '../../../../src/tracker/cycle/settleReading.ts'
import type { Memory } from '../../../../src/tracker/memory.ts'
import { FRESH_STATE } from '../../../../src/tracker/store/pollState.ts'
import { type GroupMap, totalTokens } from '../../../../src/usage/usageGroup.ts'
import { TIERS, type Tier } from '../../../../src/wire.ts'
import { configOf, dayOf, daysOf, memoryOf, NOON_S, used } from '../sampleMemory.ts'

const classify = classifier(new Map())
const DAY_S = 86_400
const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const BEFORE = '2027-03-08'
const at = (text: string) => Date.parse(`${text}Z`) / 1000
const MIDNIGHT_S = at(`${TODAY}T00:00:00`)
const VARS = { PREMIUM_TIER_LIMIT: '1000', MINI_TIER_LIMIT: '5000', ALERT_THRESHOLD: '50,80' }
const config = configOf(VARS)
const limits = { premium: 1000, mini: 5000 }

/** Settles what a poll read five minutes after noon. */
function settle(memory: Memory, groups: Record<string, GroupMap>, atS = NOON_S + 300, of = config, tiers = classify) {
  return settleReading(memory, { readAt: atS * 1000 + 999, groups: new Map(Object.entries(groups)) }, of, tiers)
}

describe('days of a reading', () => {
  it('are all new at first, today’s snapshot is today’s, and nothing before it is watched', () => {
    const fresh = memoryOf({ state: FRESH_STATE })
    const { days, snapshot } = settle(fresh, { [YESTERDAY]: used(900), [TODAY]: used(300, 40) })
    const first = { revision: 1, groupsRevision: 1, hoursRevision: 0, hoursReadS: 0, limits }
    expect(days).toEqual([
      dayOf(YESTERDAY, { ...first, tracked: false, groups: used(900) }),
      dayOf(TODAY, { ...first, groups: used(300, 40) }),
    ])
    expect(snapshot).toMatchObject({ timestamp: NOON_S + 300, date: TODAY, premium_tokens: 300, mini_tokens: 40 })
  })

  it('say zero for today where the reading ended before today began', () => {
    const { snapshot } = settle(memoryOf(), { [YESTERDAY]: used(5) })
    expect(snapshot).toMatchObject({ date: TODAY, premium_tokens: 0, mini_tokens: 0 })
  })

  it('get a new revision where they changed, and keep theirs and their groups where they did not', () => {
    const days = daysOf(
      dayOf(YESTERDAY, { limits, groups: used(900, 3) }),
      dayOf(TODAY, { limits, groups: used(300, 40) }),
    )
    const settled = settle(memoryOf({ days }), { [YESTERDAY]: used(900, 3), [TODAY]: used(301, 40) })
    expect(settled.days[0]).toEqual(days.get(YESTERDAY))
    expect(settled.days[0]?.groups).toBe(days.get(YESTERDAY)?.groups)
    expect(settled.days[1]).toEqual(dayOf(TODAY, { limits, revision: 8, groupsRevision: 8, groups: used(301, 40) }))
  })

  it('are new without use too', () => {
    expect(settle(memoryOf(), { [TODAY]: used(0) }).days).toMatchObject([{ revision: 8, groupsRevision: 8 }])
  })

  it('keep the limits that they ended with; today’s follow the settings, which D1 is told though no figure moved', () => {
    const held = { premium: 7, mini: 8 }
    const days = daysOf(dayOf(YESTERDAY, { limits: held }), dayOf(TODAY, { limits: held }))
    const settled = settle(memoryOf({ days }), { [BEFORE]: used(0), [YESTERDAY]: used(0), [TODAY]: used(0) })
    expect(settled.days.map(day => [day.limits.premium, day.revision, day.groupsRevision])).toEqual([
      [1000, 8, 8],
      [7, 3, 3],
      [1000, 8, 3],
    ])
  })

  it('close 48 hours after their end, in the poll that reads them then, and that is a revision', () => {
    const days = daysOf(dayOf('2027-03-07', { limits, groups: used(5) }))
    const closing = (atS: number) => settle(memoryOf({ days }), { '2027-03-07': used(5) }, atS).days[0]
    expect(closing(MIDNIGHT_S - 1)).toEqual(days.get('2027-03-07'))
    expect(closing(MIDNIGHT_S)).toEqual(dayOf('2027-03-07', { limits, groups: used(5), final: true, revision: 8 }))
  })

  it.each([
    ['ended as the first success came', `${TODAY}T00:00:00`, false],
    ['was running at the first success', `${YESTERDAY}T23:59:59`, true],
    ['came after the first success', `${YESTERDAY}T00:00:00`, true],
  ])('a new day that %s: watched %s', (_, firstSuccess, tracked) => {
    const memory = memoryOf({ state: { firstSuccess: at(firstSuccess) * 1000 } })
    expect(settle(memory, { [YESTERDAY]: used(1) }).days[0]?.tracked).toBe(tracked)
  })
})

describe('firings of a reading', () => {
  const fired = (settled: ReturnType<typeof settle>) =>
    settled.alerts.map(({ message, firings }) => [
      message.kind,
      ...firings.map(each => `${each.date} ${each.tier} ${each.threshold}`),
    ])

  it('of today have a message for each tier, which names the highest and lists what it passed', () => {
    const { alerts, days } = settle(memoryOf(), { [TODAY]: used(900, 2500) })
    expect(alerts.map(({ message }) => message)).toMatchObject([
      { kind: 'alert', id: `alert-abcd1234-${TODAY}-premium-80`, thresholds: [50, 80], tokensUsed: 900, late: false },
      { kind: 'alert', id: `alert-abcd1234-${TODAY}-mini-50`, limit: 5000, resetsAt: MIDNIGHT_S + DAY_S },
    ])
    expect(alerts[0]?.firings.map(each => [each.threshold, each.firedAt])).toEqual([
      [50, NOON_S + 300],
      [80, NOON_S + 300],
    ])
    expect(days[0]?.fired).toEqual({ premium: [50, 80], mini: [50] })
  })

  it('leave out what has fired, and what was never watched', () => {
    const of = { premium: [50], mini: [50, 80] }
    const days = daysOf(dayOf(TODAY, { fired: of }), dayOf(YESTERDAY, { tracked: false }))
    const settled = settle(memoryOf({ days }), { [YESTERDAY]: used(5_000_000), [TODAY]: used(900, 5000) })
    expect(fired(settled)).toEqual([['alert', `${TODAY} premium 80`]])
    expect(settled.days.map(day => day.fired.premium)).toEqual([[], [50, 80]])
    expect(settled.days[1]?.fired.mini).toBe(of.mini)
  })

  it('are late from the second in which the day has ended', () => {
    const late = (atS: number) => settle(memoryOf(), { [YESTERDAY]: used(600) }, atS).alerts[0]?.message
    expect(late(MIDNIGHT_S - 1)).toMatchObject({ kind: 'alert', late: false })
    expect(late(MIDNIGHT_S)).toMatchObject({ kind: 'alert', late: true })
  })

  // Issue 9, item 8: what was reached before is no news, whatever makes it count now.
  it.each<[string, Record<string, string>, GroupMap]>([
    ['a threshold is new', { ALERT_THRESHOLD: '30,50,80' }, used(450)],
    ['a model counts against the other tier', { MODEL_TIERS: '{"gpt-4o-mini":"premium"}' }, used(0, 4000)],
  ])('are none of a day that is over because %s, and are some of today', (_, vars, groups) => {
    const of = configOf({ ...VARS, ...vars })
    const tiers = classifier(of.modelTiers)
    const days = daysOf(dayOf(YESTERDAY, { limits, groups, fired: { premium: [], mini: [50, 80] } }))
    const settled = settle(memoryOf({ days }), { [YESTERDAY]: groups }, undefined, of, tiers)
    expect([settled.alerts, settled.days[0]]).toEqual([[], days.get(YESTERDAY)])
    expect(settle(memoryOf(), { [TODAY]: groups }, undefined, of, tiers).alerts.length).toBe(1)
  })

  it('are some of a day that is over where OpenAI’s figures of it moved past a threshold, and only of that one', () => {
    const days = daysOf(dayOf(YESTERDAY, { limits, groups: used(600) }))
    const settled = settle(memoryOf({ days }), { [YESTERDAY]: used(801) })
    // 50 was reached before and did not fire, so a setting made it count.
    expect(fired(settled)).toEqual([['alert', `${YESTERDAY} premium 80`]])
  })

  it('of several days that are over share one message, and today’s stands before it', () => {
    const settled = settle(memoryOf(), {
      [BEFORE]: used(800, 4000),
      [YESTERDAY]: used(500),
      [TODAY]: used(600),
    })
    expect(fired(settled)).toEqual([
      ['alert', `${TODAY} premium 50`],
      [
        'missed',
        `${BEFORE} premium 50`,
        `${BEFORE} premium 80`,
        `${BEFORE} mini 50`,
        `${BEFORE} mini 80`,
        `${YESTERDAY} premium 50`,
      ],
    ])
    expect(settled.alerts[1]?.message).toMatchObject({
      id: `missed-abcd1234-${NOON_S + 300}-8`,
      entries: [
        { date: BEFORE, tier: 'premium', threshold: 80 },
        { date: BEFORE, tier: 'mini', threshold: 80 },
        { date: YESTERDAY, tier: 'premium', threshold: 50 },
      ],
    })
  })

  it('happen once for each date, tier and threshold, whatever OpenAI says in whatever order', () => {
    const tokens = fc.tuple(fc.nat(1200), fc.nat(6000))
    const reading = fc.record({ [BEFORE]: tokens, [YESTERDAY]: tokens, [TODAY]: tokens })
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 5 }), readings => {
        let memory = memoryOf()
        const seen: string[] = []
        const known: Record<string, number> = {}
        for (const of of readings) {
          const groups = Object.fromEntries(Object.entries(of).map(([date, [a, b]]) => [date, used(a, b)]))
          const settled = settle(memory, groups)
          const keys = settled.alerts.flatMap(({ firings }) =>
            firings.map(each => `${each.date} ${each.tier} ${each.threshold}`),
          )
          expect(keys.toSorted()).toEqual(expectedFirings(groups, seen, known).toSorted())
          expect(settled.alerts.filter(({ message }) => message.kind === 'missed').length).toBeLessThan(2)
          seen.push(...keys)
          memory = after(memory, settled)
          const again = settle(memory, groups)
          expect(again.alerts).toEqual([])
          expect(new Map(again.days.map(day => [day.date, day]))).toEqual(memory.days)
        }
        expect(new Set(seen).size).toBe(seen.length)
      }),
    )
  })

  /** By hand: today whatever is reached and has not fired; of days that are over what the last reading had not reached. */
  function expectedFirings(groups: Record<string, GroupMap>, seen: string[], known: Record<string, number>): string[] {
    return Object.entries(groups).flatMap(([date, of]) =>
      TIERS.flatMap(tier => {
        const tokens = tokensOf(of, tier)
        const reached = crossedThresholds(tokens, limits[tier], [50, 80])
        const before = date === TODAY ? [] : crossedThresholds(known[date + tier] ?? 0, limits[tier], [50, 80])
        known[date + tier] = tokens
        return reached
          .filter(threshold => !before.includes(threshold))
          .map(threshold => `${date} ${tier} ${threshold}`)
          .filter(key => !seen.includes(key))
      }),
    )
  }
})

describe('gaps of a reading', () => {
  const gaps = (lastSnapshotS: number | null, nowS: number, vars: Record<string, string> = {}) =>
    settle(memoryOf({ state: { lastSnapshotS } }), { [TODAY]: used(1) }, nowS, configOf({ ...VARS, ...vars })).gaps

  it('are none between one tick and the next', () => expect(gaps(NOON_S, NOON_S + 300)).toEqual([]))

  it('are what lies between the last snapshot and this one, without the hours in which no tick is missing', () => {
    expect(gaps(NOON_S + 60, NOON_S + 960)).toEqual([{ fromS: NOON_S + 60, toS: NOON_S + 960, width: '1m' }])
    expect(gaps(NOON_S - 1800, NOON_S + 4000, { POLL_CRON: '30 * * * *' })).toEqual([
      { fromS: NOON_S - 1, toS: NOON_S + 3600, width: '1m' },
    ])
  })

  it('go back no further than 31 days', () => {
    const all = gaps(NOON_S - 100 * DAY_S, NOON_S)
    expect(all.length).toBe(32)
    expect(all[0]).toEqual({ fromS: NOON_S - 31 * DAY_S, toS: at('2027-02-08T00:00:00'), width: '1h' })
    expect(all.at(-1)).toEqual({ fromS: MIDNIGHT_S - 1, toS: NOON_S, width: '1h' })
  })

  it('are the last seven days and today, by hours, at the first start', () => {
    const all = gaps(null, NOON_S)
    expect(all.map(({ toS }) => toS)).toEqual([
      ...Array.from({ length: 7 }, (_, n) => at('2027-03-04T00:00:00') + n * DAY_S),
      NOON_S,
    ])
    expect(all[0]).toEqual({ fromS: at('2027-03-03T00:00:00') - 1, toS: at('2027-03-04T00:00:00'), width: '1h' })
  })
})

function tokensOf(groups: GroupMap, tier: Tier): number {
  const mine = [...groups.values()].filter(group => classify(group.model).tier === tier)
  return mine.reduce((sum, group) => sum + totalTokens(group), 0)
}

/** As the commit of a poll leaves memory. */
function after(memory: Memory, settled: ReturnType<typeof settle>): Memory {
  const state = { ...memory.state, seq: memory.state.seq + 1, lastSnapshotS: settled.snapshot.timestamp }
  return { ...memory, state, days: new Map(settled.days.map(day => [day.date, day])) }
}
