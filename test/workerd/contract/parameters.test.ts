import { describe, expect, it } from 'vitest'
import document from '../../../src/api/openapi/openapi.json'
import type { Problem } from '../../../src/wire.ts'
import { api } from '../api/callApi.ts'

// What the document says of a parameter is what its reader takes: the bounds themselves, and nothing beyond.

interface Schema {
  type: string
  enum?: string[]
  minimum?: number
  maximum?: number
  format?: string
}

/** What must stand beside a parameter for its widest bounds to hold. */
const BESIDE: Record<string, string> = {
  '/api/headroom tokens': '&tier=mini',
  '/api/headroom strict': '&tier=mini',
  '/api/history days': '&interval=day',
  '/api/breakdown to': '&from=2026-01-01',
  '/api/costs to': '&from=2026-01-01',
  '/api/breakdown/hours by': '&id=gpt-4o',
  '/api/breakdown/hours date': '&id=gpt-4o',
}

const PARAMETERS = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, { parameters?: { name: string; in: string; schema: Schema }[] }>).flatMap(
    ([method, { parameters = [] }]) =>
      parameters
        .filter(parameter => parameter.in === 'query')
        .map(({ name, schema }) => ({ line: `${method.toUpperCase()} ${path}`, name, schema })),
  ),
)

function taken({ enum: choices, minimum, maximum, format }: Schema): (string | number)[] {
  if (choices !== undefined) return choices
  if (format === 'date') return ['2026-01-01']
  return [minimum, maximum].filter(bound => bound !== undefined)
}

function refused({ type, enum: choices, minimum, maximum, format }: Schema): (string | number)[] {
  if (choices !== undefined || format === 'date') return ['x', '2026-02-30', '']
  if (type !== 'integer') return []
  return ['x', '1.5', '', (minimum ?? 0) - 1, ...(maximum === undefined ? [] : [maximum + 1])]
}

interface Asked {
  status: number
  /** Empty where it is no JSON. */
  body: Partial<Problem>
}

describe('each parameter of the document', () => {
  const { call } = api()
  const ask = async (line: string, name: string, value: string | number): Promise<Asked> => {
    const beside = BESIDE[`${line.split(' ')[1]} ${name}`] ?? ''
    const response = await call(`${line}?${name}=${value}${beside}`)
    const isJson = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, body: isJson ? await response.json<Problem>() : {} }
  }

  it('is there', () => expect(PARAMETERS.length).toBeGreaterThan(20))

  it.each(PARAMETERS)('$line: $name takes its bounds and refuses what is beyond', async ({ line, name, schema }) => {
    for (const value of taken(schema)) expect(await ask(line, name, value), `${value}`).toMatchObject({ status: 200 })
    for (const value of refused(schema)) {
      const { status, body } = await ask(line, name, value)
      expect([status, body.detail], `${value}`).toEqual([400, expect.stringContaining(name)])
    }
    const twice = await call(`${line}?${name}=1&${name}=1`)
    expect(twice.status).toBe(400)
  })
})
