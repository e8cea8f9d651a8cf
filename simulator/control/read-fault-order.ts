import type { FaultOrder } from '../faults/fault.ts'

/** `{"fault": "503", "count": 2}`. The switch itself knows which names there are. */
export function readFaultOrder(body: string): FaultOrder {
  const value: unknown = JSON.parse(body)
  if (typeof value !== 'object' || value === null || !('fault' in value) || typeof value.fault !== 'string') {
    throw new Error('A fault order needs fault, the name of one.')
  }
  const { fault, path, ...numbers } = value as Record<string, unknown> & { fault: string }
  if (path !== undefined && typeof path !== 'string') throw new Error('path: expected a string.')
  for (const [name, given] of Object.entries(numbers)) {
    if (!['count', 'seconds', 'after', 'retry_after'].includes(name))
      throw new Error(`${name}: unknown in a fault order.`)
    if (typeof given !== 'number' || given < 0)
      throw new Error(`${name}: expected a number >= 0, got ${JSON.stringify(given)}.`)
  }
  return { fault, ...(path === undefined ? {} : { path }), ...numbers }
}
