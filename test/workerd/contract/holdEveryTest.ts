import { afterEach, expect } from 'vitest'
import { contract } from './contract.ts'

// For every test file of the workerd project: the document says what answers are, so each answer is what it says.

afterEach(() => {
  expect(contract.breaches(), 'every answer is one of openapi.json').toEqual([])
})
