import { describe, expect, it } from 'vitest'
import { weightedQuantiles } from '../../../src/forecast/weightedQuantiles.ts'

const quantile = (values: number[], weights: number[], wanted: number) =>
  weightedQuantiles(Float64Array.from(values), Float64Array.from(weights), [wanted])[0]

describe('weightedQuantiles', () => {
  it.each([
    // Places of 1, 2 and 4 in a whole weight of 4: 0.125, 0.5, 0.875.
    ['on a value', 0.5, 2],
    ['between two values', 0.3125, 1.5],
    ['nearer to the upper one', 0.78125, 3.5],
    ['below the first', 0.1, 1],
    ['above the last', 0.9, 4],
  ])('reads %s', (_, wanted, value) => expect(quantile([4, 1, 2], [1, 1, 2], wanted)).toBeCloseTo(value, 12))

  it('puts the lighter of equal values first, whatever their order', () => {
    // 0 at 0.05; 10 at 0.15 and 0.6, or at 0.5 and 0.95: between 0 and the first 10 it matters.
    expect(quantile([10, 0, 10], [8, 1, 1], 0.1)).toBeCloseTo(5, 12)
    expect(quantile([10, 0, 10], [1, 1, 8], 0.1)).toBeCloseTo(5, 12)
  })

  it('is the one value there is', () => expect(quantile([7], [0.2], 0.9)).toBe(7))

  it('lets a value without weight stand where it is', () => {
    expect(quantile([1, 2, 3], [1, 0, 1], 0.5)).toBe(2)
    expect(quantile([5, 1, 3], [0, 1, 1], 0.9)).toBeLessThanOrEqual(5)
  })

  it('answers several in the order asked', () => {
    expect(weightedQuantiles(Float64Array.of(1, 3), Float64Array.of(1, 1), [0.9, 0.5, 0.1])).toEqual([3, 2, 1])
  })
})
