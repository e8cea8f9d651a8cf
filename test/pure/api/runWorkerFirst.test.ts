import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ROUTES } from '../../../src/api/routes.ts'

it('no route is taken for a file of the page: wrangler.toml lets the Worker answer each', () => {
  const toml = readFileSync(new URL('../../../wrangler.toml', import.meta.url).pathname, 'utf8')
  const [, list = ''] = /^run_worker_first = \[(.*)\]$/m.exec(toml) ?? []
  const patterns = [...list.matchAll(/"([^"]+)"/g)].map(([, pattern = '']) => pattern)
  const isFirst = (path: string) =>
    patterns.some(pattern => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern))
  expect(Object.keys(ROUTES).filter(path => !isFirst(path))).toEqual([])
})
