import { describe, expect, it } from 'vitest'
import { Refusal } from '../../../src/api/refusal.ts'
import { spanQuery } from '../../../src/api/spanQuery.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z') / 1000
const span = (query: string) => spanQuery(new URLSearchParams(query), NOW, 1)

describe('spanQuery', () => {
  it.each([
    ['', '2026-11-26', '2026-11-26'],
    ['date=2026-02-28', '2026-02-28', '2026-02-28'],
    ['days=1', '2026-11-26', '2026-11-26'],
    ['days=400', '2025-10-23', '2026-11-26'],
    ['from=2026-11-01&to=2026-11-03', '2026-11-01', '2026-11-03'],
    ['from=2026-11-20', '2026-11-20', '2026-11-26'],
    ['from=2025-10-23&to=2026-11-26', '2025-10-23', '2026-11-26'],
  ])('takes ?%s', (query, from, to) => expect(span(query)).toEqual({ from, to }))

  it.each([
    ['days=0', 'from 1 to 400'],
    ['days=401', 'from 1 to 400'],
    ['days=x', '"x"'],
    ['date=2026-02-30', '2026-02-30'],
    ['from=2026-11-03&to=2026-11-01', 'from (2026-11-03) is after to (2026-11-01)'],
    ['from=2025-10-22&to=2026-11-26', 'more than 400 days'],
    ['to=2026-11-01', 'without from'],
    ['date=2026-11-01&days=3', 'exclude each other'],
    ['days=3&from=2026-11-01', 'exclude each other'],
    ['from=2026-11-01&from=2026-11-02', 'given 2 times'],
  ])('refuses ?%s and says why', (query, why) => {
    const refusal = span(query)
    expect(refusal).toBeInstanceOf(Refusal)
    expect((refusal as Refusal).status).toBe(400)
    expect((refusal as Refusal).detail).toContain(why)
  })
})
