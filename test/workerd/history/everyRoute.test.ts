import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES } from '../../../src/api/routes.ts'
import type { Problem } from '../../../src/wire.ts'
import { behind, refusingWrites } from '../tracker/faultyDb.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { CURVE_FROM, running, SLOT } from './exactHistory.ts'
import { dateAt } from './ledgerHistory.ts'

// Every route that reads, under a D1 in each state that lasts for days: the answer is the one that a healthy D1 gives, or a
// refusal that says so. Never other numbers.

afterEach(World.end)

const OLD = dateAt(CURVE_FROM + DAY)

/** What each route is asked. A route that is not here fails the suite. */
const QUESTIONS: Record<string, string[]> = {
  '/health': [''],
  '/ready': [''],
  '/openapi.json': [''],
  '/api/usage': [''],
  '/api/models': ['', `?date=${DATE}`, `?date=${OLD}`],
  '/api/alerts': ['?days=30&kinds=all'],
  '/api/breakdown': ['?days=1', '?days=3&by=project', '?days=30', `?date=${OLD}&by=tier`],
  '/api/breakdown/hours': ['?id=gpt-4o', `?id=gpt-4o&date=${DATE}`, `?id=gpt-4o&date=${OLD}`],
  '/api/costs': ['?days=3', '?days=30&by=project', `?date=${OLD}`],
  '/api/forecast': [''],
  '/api/headroom': ['?tier=mini&tokens=5'],
  '/api/receivers': [''],
  '/api/brake': [''],
  '/api/history': [
    '?days=1',
    '?days=7',
    `?date=${DATE}`,
    `?date=${OLD}`,
    '?days=1&interval=hour',
    '?days=7&interval=hour',
    `?date=${OLD}&interval=hour`,
    '?days=3&interval=day',
    '?days=30&interval=day',
    '?limit=20&offset=0',
    '?limit=200&offset=100',
  ],
  '/metrics': [''],
  '/badge/premium.svg': [''],
  '/badge/premium.json': [''],
  '/badge/mini.svg': [''],
  '/badge/mini.json': [''],
  '/api/session': [''],
}
/** Of these the status is the question: it must say what is wrong. */
const TELLS_THE_STATE = ['/api/status', '/metrics', '/api/live']
/** Only these may answer that D1 is needed: they have what the object has handed over. */
const MAY_NEED_D1 = ['/api/models', '/api/breakdown', '/api/breakdown/hours', '/api/history']

const BEGINS = MIDNIGHT + DAY + SLOT
/** Two more days close. */
const ASKED = MIDNIGHT + 5 * DAY + SLOT

type Answers = Map<string, { status: number; body: string }>

async function answers(world: World): Promise<Answers> {
  const all: Answers = new Map()
  for (const [path, queries] of Object.entries(QUESTIONS)) {
    for (const query of queries) {
      const response = await world.fetchApi(new Request(`https://tracker.example${path}${query}`))
      const text = await response.text()
      // How D1 is doing is its own line there.
      const body = path === '/metrics' ? text.replace(/^.*history.*\n/gm, '') : text
      all.set(path + query, { status: response.status, body })
    }
  }
  return all
}

async function lived(state: (world: World) => void, migrated = true): Promise<World> {
  const world = await running({ BADGE: 'public', BRAKE: 'watch' }, migrated)
  await world.stride(BEGINS, SLOT)
  state(world)
  await world.evict()
  await world.stride(ASKED, SLOT)
  return world
}

it('asks every route that reads', () => {
  const reading = Object.keys(ROUTES).filter(path => 'GET' in (ROUTES[path] ?? {}))
  const asked = [...Object.keys(QUESTIONS), ...TELLS_THE_STATE.filter(path => !(path in QUESTIONS))]
  expect(asked.sort()).toEqual(reading.sort())
})

describe('under a D1 that', { timeout: 60_000 }, () => {
  let healthy: Answers = new Map()
  beforeAll(async () => {
    healthy = await answers(await lived(() => {}))
    World.end()
    for (const [question, { status }] of healthy) expect([question, status]).toEqual([question, 200])
  }, 60_000)

  const slowly = async (real: D1Database, statements: D1PreparedStatement[]) => {
    await new Promise(done => setTimeout(done, 40))
    return real.batch(statements)
  }

  it.each<[string, { refuses: boolean; state: string; migrated?: boolean; begin: (world: World) => void }]>([
    ['is not bound', { refuses: true, state: 'failing', begin: world => world.unbindDb() }],
    // The object has handed over nothing, and has it all.
    ['was never migrated', { refuses: false, state: 'needs_migration', migrated: false, begin: () => {} }],
    [
      'refuses writes',
      {
        refuses: false,
        state: 'failing',
        begin: world => world.useDb(refusingWrites(world.db, 'D1_ERROR: attempt to write a readonly database')),
      },
    ],
    [
      'is full',
      {
        refuses: false,
        state: 'failing',
        begin: world => world.useDb(refusingWrites(world.db, 'D1_ERROR: Exceeded maximum DB size: SQLITE_FULL')),
      },
    ],
    ['is slow', { refuses: false, state: 'ok', begin: world => world.useDb(behind(world.db, { batch: slowly })) }],
  ])('%s every answer is right or a refusal', async (_, { refuses, state, migrated, begin }) => {
    const world = await lived(begin, migrated)
    const refused: string[] = []
    for (const [question, { status, body }] of await answers(world)) {
      if (status === 200) expect([question, body]).toEqual([question, healthy.get(question)?.body])
      else {
        refused.push(question)
        const { code, detail } = JSON.parse(body) as Problem
        expect([question, status, code]).toEqual([question, 503, expect.stringMatching(/^history_/)])
        expect(detail.length).toBeGreaterThan(20)
      }
    }
    expect(refused.filter(question => !MAY_NEED_D1.some(path => question.split('?')[0] === path))).toEqual([])
    expect(refused.length > 0).toBe(refuses)
    expect((await world.status()).history).toMatchObject({ state })
  })
})
