import { describe, expect, it } from 'vitest'
import type { Memory } from '../../../../src/tracker/memory.ts'
import type { Gap } from '../../../../src/tracker/reads/gap.ts'
import type { SideRead } from '../../../../src/tracker/reads/sideRead.ts'
import {
  sideReadDate,
  dueSideReads as unbound,
  nextSideRead as unboundNext,
} from '../../../../src/tracker/reads/sideReads.ts'
import { dayOf, daysOf, memoryOf, NOON_S, sideReadOf, used } from '../sampleMemory.ts'

const NOON = NOON_S * 1000
const TODAY = '2027-03-10'
const YESTERDAY = '2027-03-09'
const at = (text: string) => Date.parse(`${text}Z`) / 1000
const gap = (fromS: number, width: Gap['width'] = '1m'): Gap => ({ fromS, toS: fromS + 600, width })
const due = (memory: Memory, filtered = false, now = NOON) =>
  unbound(memory, now, filtered)
    .filter(({ kind }) => kind !== ('costs' as string) && kind !== ('names' as string))
    .map(({ kind, key }) => `${kind} ${key}`.trim())

const incomplete = { groupsRevision: 4, hoursReadS: NOON_S - 3600 }

describe('dueSideReads', () => {
  it('come in the order of their use: days, the month, hours, ticks from the newest, the filter', () => {
    const days = daysOf(dayOf(YESTERDAY, incomplete), dayOf(TODAY))
    const gaps = [gap(at('2027-03-03T10:00:00')), gap(NOON_S - 7200), gap(at('2027-03-08T10:00:00'))]
    const reads: SideRead[] = [
      sideReadOf({ kind: 'day', key: '2027-03-01', nextAt: NOON }),
      sideReadOf({ kind: 'day', key: '2027-03-02', nextAt: NOON }),
    ]
    expect(due(memoryOf({ days, gaps, reads, state: { backfill: 'pending' } }), true)).toEqual([
      'day 2027-03-02',
      'day 2027-03-01',
      'month',
      `hours ${YESTERDAY}`,
      `ticks ${NOON_S - 7200}`,
      `ticks ${at('2027-03-08T10:00:00')}`,
      `ticks ${at('2027-03-03T10:00:00')}`,
      'filter',
    ])
  })

  it('are none where nothing is missing, and none before the first poll', () => {
    expect(due(memoryOf())).toEqual([])
    const state = { firstSuccess: null, backfill: 'pending' as const }
    expect(unbound(memoryOf({ gaps: [gap(NOON_S)], state }), NOON, true)).toEqual([])
  })

  it('are each other’s neighbours: one that waits after a failure, or was given up, holds up no other', () => {
    const gaps = [gap(NOON_S - 7200), gap(NOON_S - 3600)]
    const reads = [
      sideReadOf({ kind: 'day', key: '2027-03-01', nextAt: null }),
      sideReadOf({ kind: 'month', key: '' }),
      sideReadOf({ kind: 'hours', key: YESTERDAY }),
      sideReadOf({ kind: 'ticks', key: String(NOON_S - 3600) }),
    ]
    const days = daysOf(dayOf(YESTERDAY, incomplete), dayOf('2027-03-08', incomplete))
    const memory = memoryOf({ days, gaps, reads, state: { backfill: 'pending' } })
    expect(due(memory)).toEqual(['hours 2027-03-08', `ticks ${NOON_S - 7200}`])
    expect(due(memory, false, NOON + 60_000)).toEqual([
      'month',
      'hours 2027-03-08',
      `hours ${YESTERDAY}`,
      `ticks ${NOON_S - 3600}`,
      `ticks ${NOON_S - 7200}`,
    ])
  })

  it('leave ticks until the hours of their date have been read, midnight’s too', () => {
    const midnight = at(`${TODAY}T00:00:00`)
    const memory = memoryOf({ days: daysOf(dayOf(TODAY, incomplete)), gaps: [gap(midnight - 1), gap(midnight - 601)] })
    expect(due(memory)).toEqual([`hours ${TODAY}`, `ticks ${midnight - 601}`])
  })

  it.each<[string, Partial<SideRead> | null, boolean, boolean]>([
    ['while the projects have no traffic', null, true, true],
    ['not when the last look was just now', { attempts: 0, nextAt: NOON + 1 }, true, false],
    ['not once there is traffic', null, false, false],
  ])('look whether the projects are the right ones %s', (_, read, idle, wanted) => {
    const days = daysOf(dayOf(TODAY, { groups: used(idle ? 0 : 1) }))
    const reads = read === null ? [] : [sideReadOf({ kind: 'filter', key: '', ...read })]
    expect(due(memoryOf({ days, reads }), true)).toEqual(wanted ? ['filter'] : [])
    expect(due(memoryOf({ days, reads }), false)).toEqual([])
  })
})

describe('nextSideRead', () => {
  const quiet = { costsReadS: NOON_S, namesReadS: NOON_S }
  const next = (partial: Parameters<typeof memoryOf>[0]) =>
    unboundNext(memoryOf({ ...partial, state: { ...quiet, ...partial?.state } }), NOON, true)

  it('is now where something is due, and else the first retry', () => {
    expect(next({ gaps: [gap(NOON_S - 7200)] })).toBe(NOON)
    const reads = [
      sideReadOf({ nextAt: NOON + 9000 }),
      sideReadOf({ key: YESTERDAY, nextAt: NOON + 5000 }),
      sideReadOf({ key: '2027-03-08', nextAt: null }),
    ]
    expect(
      next({ days: daysOf(dayOf(TODAY, { ...incomplete, groups: used(1) }), dayOf(YESTERDAY, incomplete)), reads }),
    ).toBe(NOON + 5000)
  })

  it.each<[string, Parameters<typeof memoryOf>[0]]>([
    ['nothing is owed', {}],
    ['all was given up', { reads: [sideReadOf({ nextAt: null })] }],
    ['no poll has succeeded yet', { state: { firstSuccess: null, backfill: 'pending' } }],
    // Else the alarm would ring each second for a read that nobody does.
    ['a read was noted whose day is settled', { reads: [sideReadOf({ nextAt: NOON - 1 })] }],
    [
      'a look at the filter was noted before there was traffic',
      {
        days: daysOf(dayOf(TODAY, { groups: used(1) })),
        reads: [sideReadOf({ kind: 'filter', key: '', nextAt: NOON - 1 })],
      },
    ],
  ])('is none where %s', (_, partial) => expect(next(partial)).toBe(null))
})

describe('sideReadDate', () => {
  it.each<[SideRead['kind'], string, string | null]>([
    ['day', YESTERDAY, YESTERDAY],
    ['hours', YESTERDAY, YESTERDAY],
    ['ticks', String(at(`${TODAY}T00:00:00`) - 1), TODAY],
    ['ticks', String(at(`${TODAY}T00:00:00`) - 2), YESTERDAY],
    ['month', '', null],
    ['filter', '', null],
  ])('of %s %s is %s', (kind, key, date) => expect(sideReadDate({ kind, key })).toBe(date))
})
