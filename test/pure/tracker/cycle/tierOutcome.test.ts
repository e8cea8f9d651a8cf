import { describe, expect, it } from 'vitest'
import { classifier } from '../../../../src/models.ts'
import { tierOutcome } from '../../../../src/tracker/cycle/tierOutcome.ts'
import { tierTotals } from '../../../../src/usage/tierTotals.ts'
import { used } from '../sampleMemory.ts'

describe('tierOutcome', () => {
  it('says for each tier what was, what is, and what came or was taken back', () => {
    const totals = (premium: number, mini: number) => tierTotals(used(premium, mini).values(), classifier(new Map()))
    expect(tierOutcome(totals(100, 5), totals(130, 2))).toEqual({
      premium: { before: 100, after: 130, added: 30 },
      mini: { before: 5, after: 2, added: -3 },
    })
  })
})
