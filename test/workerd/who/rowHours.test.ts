import { afterEach, expect, it } from 'vitest'
import type { BreakdownView, Problem, RowHoursView } from '../../../src/wire.ts'
import { DATE, DAY, MIDNIGHT, World } from '../tracker/world.ts'

// When a row of the breakdown was used: the same from the object and from D1, and as much as the day says of the row.

afterEach(World.end)

const HOUR = 3600
const A = 'proj_A'
const ask = async (world: World, query: string) =>
  (await world.call<RowHoursView>(`GET /api/breakdown/hours?${query}&date=${DATE}`)).body

it('tells the hours of a model, a project and what has none, while the date is open and when D1 has it', async () => {
  const world = await World.make({ start: 6 * HOUR, vars: { POLL_CRON: '0 */6 * * *' } })
  const use = (hour: number, model: string, project: string, input: number) =>
    world.use({ at: MIDNIGHT + hour * HOUR + 60, model, project, input, output: 1, requests: 2 })
  use(1, 'gpt-4o', A, 100)
  use(1, 'gpt-4o-mini', A, 20)
  use(3, 'gpt-4o', A, 300)
  use(3, 'gpt-4o', 'proj_B', 5_000)
  await world.catchUp()
  await world.run(MIDNIGHT + 7 * HOUR)

  const check = async () => {
    const row = (hour: number, tokens_used: number, requests: number) => ({
      timestamp: MIDNIGHT + hour * HOUR,
      tokens_used,
      requests,
    })
    expect(await ask(world, `by=project&id=${A}`)).toEqual({
      by: 'project',
      id: A,
      date: DATE,
      hours: [row(1, 122, 4), row(3, 301, 2)],
      count: 2,
    })
    expect((await ask(world, 'id=gpt-4o')).hours).toEqual([row(1, 101, 2), row(3, 5_302, 4)])
    expect((await ask(world, 'by=tier&id=mini')).hours).toEqual([row(1, 21, 2)])
    expect(await ask(world, 'by=project&id=')).toMatchObject({ id: null, hours: [] })
    const { body } = await world.call<BreakdownView>(`GET /api/breakdown?by=project&date=${DATE}`)
    expect(body.rows.map(({ id, tokens_used }) => [id, tokens_used])).toEqual([
      ['proj_B', 5_001],
      [A, 423],
    ])
  }
  await check()
  expect(await world.rows('SELECT hour FROM model_usage WHERE hour = ?', MIDNIGHT + 3 * HOUR)).toHaveLength(2)
  await world.run(MIDNIGHT + 4 * DAY + 7 * HOUR)
  await check()
})

it('refuses what cannot be answered: hours are not known by key, and a row must be named', async () => {
  const world = await World.make()
  for (const [query, detail] of [
    ['by=api_key&id=key_1', 'by is "api_key", but must be one of model, tier, service_tier, project.'],
    ['by=model', 'id is required: the id of a row of /api/breakdown, empty for a row without one.'],
    ['id=a&id=b', 'id is given 2 times, but must be given once.'],
    ['id=a&date=2027-02-29', 'date is "2027-02-29", but must be a UTC calendar date like 2027-03-10.'],
    ['id=a&date=2027-02-01&date=2027-02-02', 'date is given 2 times, but must be given once.'],
  ]) {
    const { status, body } = await world.call<Problem>(`GET /api/breakdown/hours?${query}`)
    expect([query, status, body.detail]).toEqual([query, 400, detail])
  }
})
