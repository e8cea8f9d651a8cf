import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const SOURCE = new URL('../../../src/', import.meta.url).pathname
/** Not of types, which are gone in what runs, and not by `await import`. */
const STATIC_IMPORT = /^(?:import|export) (?!type )[^']*from '([^']+)'|^import '([^']+)'/gm

/** Every package that is evaluated when the Worker starts. */
function librariesFrom(file: string, seen: Set<string>): string[] {
  if (seen.has(file)) return []
  seen.add(file)
  const targets = [...readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)].map(match => match[1] ?? match[2] ?? '')
  return targets.flatMap(target =>
    target.startsWith('.')
      ? librariesFrom(join(dirname(file), target), seen)
      : [target.replace(/(?<=^[\w-]+)\/.*/, '')],
  )
}

it('what only one mode of signing in, or one route, needs is not loaded by the others', () => {
  const seen = new Set<string>()
  const libraries = new Set(librariesFrom(join(SOURCE, 'index.ts'), seen))
  // Else nothing was read.
  expect(libraries).toContain('itty-router')
  expect(libraries).not.toContain('jose')
  expect(libraries).not.toContain('@modelcontextprotocol/server')
  expect(libraries).not.toContain('@valibot/to-json-schema')
  for (const file of ['api/auth/accessJwt.ts', 'api/mcp/serveMcp.ts', 'api/openapi/openapi.json']) {
    expect(existsSync(join(SOURCE, file))).toBe(true)
    expect(seen).not.toContain(join(SOURCE, file))
  }
})

it('what only other tools ask for is loaded when they ask', () => {
  const seen = new Set<string>()
  librariesFrom(join(SOURCE, 'index.ts'), seen)
  for (const file of [
    'metrics/families.ts',
    'metrics/exposition.ts',
    'csv/csvReply.ts',
    'csv/tables.ts',
    'badge/badgeNow.ts',
  ]) {
    expect(existsSync(join(SOURCE, 'api', file)), file).toBe(true)
    expect(seen).not.toContain(join(SOURCE, 'api', file))
  }
})
