import type { FaultOrder } from '../faults/fault.ts'
import { BUCKET_SECONDS, type BucketWidth } from '../ledger/bucket-width.ts'

/** `{"fault": "503", "count": 2}`. The switch itself knows which names there are. */
export function readFaultOrder(body: string): FaultOrder {
  const value: unknown = JSON.parse(body)
  if (typeof value !== 'object' || value === null || !('fault' in value) || typeof value.fault !== 'string') {
    throw new Error('A fault order needs fault, the name of one.')
  }
  const { fault, path, width, date, ...numbers } = value as Record<string, unknown> & { fault: string }
  if (path !== undefined && typeof path !== 'string') throw new Error('path: expected a string.')
  if (date !== undefined && typeof date !== 'string') throw new Error('date: expected a UTC date such as 2026-11-23.')
  if (width !== undefined && !isWidth(width)) throw new Error('width: expected 1m, 1h or 1d.')
  for (const [name, given] of Object.entries(numbers)) {
    if (!['count', 'seconds', 'after', 'retry_after'].includes(name))
      throw new Error(`${name}: unknown in a fault order.`)
    if (typeof given !== 'number' || given < 0)
      throw new Error(`${name}: expected a number >= 0, got ${JSON.stringify(given)}.`)
  }
  const scope = {
    ...(path !== undefined && { path }),
    ...(width !== undefined && { width }),
    ...(date !== undefined && { date }),
  }
  return { fault, ...scope, ...numbers }
}

function isWidth(value: unknown): value is BucketWidth {
  return typeof value === 'string' && Object.hasOwn(BUCKET_SECONDS, value)
}
