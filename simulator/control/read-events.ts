import type { EventInput } from '../ledger/usage-event.ts'

const NUMBERS = ['input', 'output', 'cached', 'cache_write', 'requests', 'time', 'visible_from'] as const
const TEXTS = ['model', 'service_tier', 'project', 'user', 'api_key'] as const
const INSIDE: Record<string, keyof EventInput> = {
  cache_write: 'cacheWrite',
  visible_from: 'visibleFrom',
  service_tier: 'serviceTier',
  api_key: 'apiKey',
}

/** One event or an array of them. Negative tokens are allowed: they correct an earlier event. */
export function readEvents(body: string): EventInput[] {
  const value: unknown = JSON.parse(body)
  return (Array.isArray(value) ? value : [value]).map(readEvent)
}

function readEvent(value: unknown): EventInput {
  if (typeof value !== 'object' || value === null) throw new Error('An event is an object.')
  const event: Record<string, unknown> = {}
  for (const [name, given] of Object.entries(value)) {
    const wanted = kindOf(name)
    if (typeof given !== wanted) throw new Error(`${name}: expected a ${wanted}, got ${JSON.stringify(given)}.`)
    if (wanted === 'number' && name !== 'visible_from' && !Number.isSafeInteger(given)) {
      throw new Error(`${name}: expected a whole number, got ${given}.`)
    }
    event[INSIDE[name] ?? name] = given
  }
  const { model, input, output } = event
  if (typeof model !== 'string' || typeof input !== 'number' || typeof output !== 'number') {
    throw new Error('An event needs model, input and output.')
  }
  return { ...event, model, input, output }
}

function kindOf(name: string): 'number' | 'string' | 'boolean' {
  if ((NUMBERS as readonly string[]).includes(name)) return 'number'
  if ((TEXTS as readonly string[]).includes(name)) return 'string'
  if (name === 'batch') return 'boolean'
  throw new Error(`${name}: unknown. An event has ${[...TEXTS, ...NUMBERS, 'batch'].join(', ')}.`)
}
