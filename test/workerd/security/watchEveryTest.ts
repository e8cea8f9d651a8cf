import { afterEach, expect } from 'vitest'
import { leakWatch } from './leakWatch.ts'

// For every test file of the workerd project. What a test prints through a spy of its own, it shows to the watch itself.

const METHODS = ['debug', 'info', 'log', 'warn', 'error'] as const

for (const method of METHODS) {
  const print = console[method].bind(console)
  console[method] = (...line: unknown[]) => {
    leakWatch.saw(`console.${method}`, line.join(' '))
    print(...line)
  }
}

afterEach(async () => {
  expect(await leakWatch.leaks(), 'no secret is in anything that was said or stored').toEqual([])
})
