import { afterEach, expect, it } from 'vitest'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { organisationOf, used } from './organisation.ts'

// An alert says who caused it: what grew most since the last message of its tier.

afterEach(World.end)

const HOOK = 'https://alerts.example/canary-hook-path-9f2'
const SEARCH = 'proj_b7UcR2hXgPq9JyNs4ZtMfEw1'
const NOT_SHARED = 'proj_V6kLdAs0FoYi8CmTw3QnGxHr'
const ASSISTANT = 'proj_Q3vTn8dYcL1mWx5RzKe7HbSa'
const API = 'key_4xTqMzBn8WcJr5Le'
const SUMMARIES = 'key_Zd7mPq2KvXs9RtHb'
const REPORTS = 'key_tR3oVyKu1HsXf6Pg'

interface Body {
  tier: string
  date: string
  threshold: number
  text: string
  causes: Record<'models' | 'projects' | 'api_keys', { id: string | null; name: string; tokens: number }[]>
}

const row = (id: string | null, name: string, tokens: number) => ({ id, name, tokens })

it('the three models, projects and keys that grew most since the last message of the tier', async () => {
  const vars = { ALERT_WEBHOOK_URL: HOOK, ALERT_THRESHOLD: '50,80,100', POLL_CRON: '*/30 * * * *' }
  const world = await World.make({ vars })
  const organisation = organisationOf(world)
  const use = (model: string, project: string, apiKey: string, tokens: number) =>
    used(world, organisation, { model, project, apiKey, input: tokens - 10, output: 10 })
  const bodies = () => world.sent.map(({ body }) => JSON.parse(body) as Body)
  const tick = async () => world.run(world.now + 1800)

  use('gpt-4o-2024-08-06', SEARCH, API, 100_000)
  await world.catchUp()
  await tick()
  expect(bodies()).toEqual([])

  // Since the day began. The fourth of each is left out, and mini tokens are no cause of a premium alert.
  use('o3-2025-04-16', NOT_SHARED, REPORTS, 300_000)
  use('gpt-4.1-2025-04-14', ASSISTANT, '', 90_000)
  use('gpt-5-2025-08-07', 'proj_sim', 'key_sim', 30_000)
  use('gpt-4o-mini-2024-07-18', SEARCH, SUMMARIES, 900_000)
  await tick()
  expect(bodies().map(({ tier, threshold, causes }) => ({ tier, threshold, causes }))).toEqual([
    {
      tier: 'premium',
      threshold: 50,
      causes: {
        models: [
          row('o3-2025-04-16', 'o3-2025-04-16', 300_000),
          row('gpt-4o-2024-08-06', 'gpt-4o-2024-08-06', 100_000),
          row('gpt-4.1-2025-04-14', 'gpt-4.1-2025-04-14', 90_000),
        ],
        projects: [
          row(NOT_SHARED, 'Customer data (not shared)', 300_000),
          row(SEARCH, 'Search & summaries', 100_000),
          row(ASSISTANT, 'Assistant', 90_000),
        ],
        // The new keys have no name yet: names come at the hour.
        api_keys: [
          row(REPORTS, REPORTS, 300_000),
          row(API, 'Search API', 100_000),
          row(null, 'no API key (Playground)', 90_000),
        ],
      },
    },
  ])

  // The other tier counts for itself, since its own day began.
  use('gpt-4o-mini-2024-07-18', SEARCH, API, 4_200_000)
  await tick()
  await tick()
  expect(bodies().length).toBe(2)
  expect(bodies()[1]).toMatchObject({
    tier: 'mini',
    causes: {
      models: [{ tokens: 5_100_000 }],
      projects: [{ name: 'Search & summaries', tokens: 5_100_000 }],
      api_keys: [row(API, 'Search API', 4_200_000), row(SUMMARIES, 'Summaries', 900_000)],
    },
  })

  // Since the last message of this tier, over an eviction: what stood still is no cause.
  use('o3-2025-04-16', NOT_SHARED, REPORTS, 10_000)
  use('gpt-5-2025-08-07', SEARCH, SUMMARIES, 300_000)
  await world.evict()
  await tick()
  expect(bodies().length).toBe(3)
  expect(bodies()[2]?.causes).toEqual({
    models: [row('gpt-5-2025-08-07', 'gpt-5-2025-08-07', 300_000), row('o3-2025-04-16', 'o3-2025-04-16', 10_000)],
    projects: [row(SEARCH, 'Search & summaries', 300_000), row(NOT_SHARED, 'Customer data (not shared)', 10_000)],
    api_keys: [row(SUMMARIES, 'Summaries', 300_000), row(REPORTS, 'Reports', 10_000)],
  })
  expect(bodies()[2]?.text).toContain('Search & summaries +300')

  // A new day begins from nothing.
  world.now = MIDNIGHT + DAY + 600
  use('gpt-5-2025-08-07', SEARCH, API, 550_000)
  await world.run(world.now + 3600)
  expect(bodies().at(-1)).toMatchObject({
    date: '2027-03-11',
    causes: { models: [{ tokens: 550_000 }], api_keys: [row(API, 'Search API', 550_000)] },
  })
})
