import { describe, expect, it } from 'vitest'
import { type Guarded, guarded, type OwnFault } from '../../../../src/tracker/foresight/guarded.ts'

describe('guarded', () => {
  it('gives nothing where the work throws, counts since the first time, and forgets it where the work is done', () => {
    let now = 1000
    const logged: unknown[] = []
    const desk = {
      ownFaults: new Map<Guarded, OwnFault>(),
      ports: { now: () => now, log: (record: Record<string, unknown>) => void logged.push(record.where) },
    }
    const fail = () => {
      throw new TypeError('x is not a function')
    }
    expect(guarded(desk, 'budget', [], fail)).toEqual([])
    now = 2000
    expect(guarded(desk, 'budget', [], fail)).toEqual([])
    // Another one that works says nothing of this one.
    expect(guarded(desk, 'forecast', 0, () => 7)).toBe(7)
    expect([...desk.ownFaults]).toEqual([['budget', { since: 1000, attempts: 2, message: 'x is not a function' }]])
    expect(logged).toEqual(['budget', 'budget'])
    expect(guarded(desk, 'budget', [1], () => [2])).toEqual([2])
    expect(desk.ownFaults.size).toBe(0)
  })
})
