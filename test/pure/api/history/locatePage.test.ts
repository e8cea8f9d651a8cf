import { describe, expect, it } from 'vitest'
import { locatePage, type PageSource } from '../../../../src/api/history/locatePage.ts'

const at = (date: string, hour = 0) => Date.parse(`${date}T00:00:00Z`) / 1000 + hour * 3600
const source: PageSource = {
  ownEntries: 3,
  d1Before: at('2026-11-23'),
  entryCounts: [
    { date: '2026-11-22', entries: 4 },
    { date: '2026-11-21', entries: 0 },
    { date: '2026-11-20', entries: 5 },
    { date: '2026-11-19', entries: 2 },
  ],
}

describe('locatePage', () => {
  it('asks nothing of D1 for what the object holds itself', () => {
    expect(locatePage({ limit: 3, offset: 0 }, source)).toEqual({ own: { from: 0, to: 3 }, stored: null, total: 14 })
  })

  it('goes on in D1 where the object ends', () => {
    expect(locatePage({ limit: 4, offset: 2 }, source)).toEqual({
      own: { from: 2, to: 3 },
      stored: { fromHour: at('2026-11-22'), toHour: at('2026-11-23'), offset: 0, limit: 3 },
      total: 14,
    })
  })

  it('reads only the dates of the page, skipping whole dates without reading them', () => {
    expect(locatePage({ limit: 2, offset: 8 }, source).stored).toEqual({
      fromHour: at('2026-11-20'),
      toHour: at('2026-11-21'),
      offset: 1,
      limit: 2,
    })
  })

  it('spans dates, empty ones between them included', () => {
    expect(locatePage({ limit: 7, offset: 5 }, source).stored).toEqual({
      fromHour: at('2026-11-20'),
      toHour: at('2026-11-23'),
      offset: 2,
      limit: 7,
    })
  })

  it('asks for no more than there is', () => {
    expect(locatePage({ limit: 20, offset: 12 }, source).stored).toMatchObject({
      fromHour: at('2026-11-19'),
      offset: 0,
      limit: 2,
    })
    expect(locatePage({ limit: 20, offset: 14 }, source)).toEqual({ own: { from: 3, to: 3 }, stored: null, total: 14 })
  })

  it('never reads an hour that is the object’s own', () => {
    const midDay = { ...source, d1Before: at('2026-11-22', 7) }
    expect(locatePage({ limit: 20, offset: 0 }, midDay).stored?.toHour).toBe(at('2026-11-22', 7))
  })

  it('shows every entry exactly once over all pages of any size', () => {
    for (const limit of [1, 2, 3, 5, 7, 20]) {
      const seen: string[] = []
      for (let offset = 0; offset < 14; offset += limit) seen.push(...shownEntries({ limit, offset }))
      expect(seen).toEqual(ALL)
    }
  })
})

const OWN = ['own 0', 'own 1', 'own 2']
const STORED = source.entryCounts.flatMap(({ date, entries }) =>
  Array.from({ length: entries }, (_, n) => `${date} ${n}`),
)
const ALL = [...OWN, ...STORED]

/** What D1 would answer: rows of the range, newest first, then offset and limit. */
function shownEntries(asked: { limit: number; offset: number }): string[] {
  const { own, stored } = locatePage(asked, source)
  if (stored === null) return OWN.slice(own.from, own.to)
  const inRange = STORED.filter(entry => {
    const date = at(entry.slice(0, 10))
    return date >= stored.fromHour && date < stored.toHour
  })
  return [...OWN.slice(own.from, own.to), ...inRange.slice(stored.offset, stored.offset + stored.limit)]
}
