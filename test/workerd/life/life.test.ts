import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../e2e/harness/seededRandom.ts'
import { World } from '../tracker/world.ts'
import { oneLife } from './oneLife.ts'

afterEach(World.end)

/** `LIVES=200 npx vitest run test/workerd/life` for longer; `LIVES=1 FIRST_LIFE=seed` for one of them again. */
const { LIVES, FIRST_LIFE } = env as unknown as Partial<Record<string, string>>
const FIRST = Number(FIRST_LIFE || 1)
const STEPS = 25
const LIFE_TIMEOUT_MS = 60_000

describe('a random life in workerd ends with everything exact and delivered', () => {
  it.each(Array.from({ length: Number(LIVES || 2) }, (_, at) => FIRST + at))(
    'of seed %i',
    async seed => {
      const life = await oneLife(seededRandom(seed), STEPS)
      expect(life.snapshots).toBeGreaterThan(10)
    },
    LIFE_TIMEOUT_MS,
  )
})
