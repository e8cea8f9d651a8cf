import { afterEach, describe, expect, it } from 'vitest'
import { DAY, MIDNIGHT, World } from '../tracker/world.ts'
import { costsOf, FREE, HOUR, heard, office, rowsOf, started, workDay } from './office.ts'

afterEach(World.end)

const vars = { DIGEST_CRON: '0 13 * * *', POLL_CRON: '*/30 * * * *' }
const NOON = 12 * HOUR

describe('a digest', () => {
  it('comes at its time, with tokens against the limits, free and billed, dollars, who, alerts and the forecast', async () => {
    const world = await office('all', { vars: { ...vars, MONTHLY_BUDGET_USD: '500', ALERT_THRESHOLD: '40' } })
    costsOf(world)
      .set(-1, [{ project: 'proj_a', usd: 3.5 }])
      .set(0, [{ project: 'proj_a', usd: 1.25 }])
    workDay(world, -1, { tokens: 20_000, project: 'proj_a' })
    workDay(world, 0, { to: 12, tokens: 100_000, serviceTier: FREE, project: 'proj_b' })
    await started(world)
    await world.run(MIDNIGHT + 13 * HOUR - 1)
    expect(heard(world).filter(({ type }) => type === 'usage.digest')).toEqual([])
    const dashboard = await world.connect()
    await world.run(MIDNIGHT + 13 * HOUR + 60)
    const [digest, ...others] = heard(world).filter(({ type }) => type === 'usage.digest')
    expect(others).toEqual([])
    expect(digest).toMatchObject({
      timestamp: new Date((MIDNIGHT + 13 * HOUR) * 1000).toISOString(),
      date: '2027-03-10',
      since: MIDNIGHT - DAY,
      as_of: MIDNIGHT + 13 * HOUR,
      limit_counts: 'all',
      usd: 4.75,
      month_usd: 4.75,
      budget_usd: 500,
      tiers: [
        { tier: 'premium', tokens: 600_000, free_tokens: 400_000, billed_tokens: 200_000, tokens_used: 400_000 },
        { tier: 'mini', tokens: 0, tokens_used: 0 },
      ],
      causes: {
        projects: [
          { id: 'proj_b', tokens: 400_000 },
          { id: 'proj_a', tokens: 200_000 },
        ],
      },
    })
    expect(digest?.text).toContain('today premium 40%, mini 0% of the limits')
    expect(digest?.text).toContain('OpenAI Usage Alert: PREMIUM tier at 40%')
    expect(digest?.text).toContain('this month $4.75 of $500.00')
    const [row] = await rowsOf(world, 'digest')
    expect(row).toMatchObject({ kind: 'digest', sent: true, tier: null, timestamp: MIDNIGHT + 13 * HOUR })
    await dashboard.until(() => dashboard.of('notice').length > 0, 'the frame')
    expect(dashboard.of('notice')).toMatchObject([{ notice: { id: row?.id, kind: 'digest' } }])
  })

  it('tells the next time what came since, once', async () => {
    const world = await office(['digest'], { vars })
    workDay(world, 0, { from: 8, to: 12, tokens: 10_000 })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    workDay(world, 0, { from: 14, to: 20, tokens: 1_000 })
    workDay(world, 1, { from: 8, to: 12, tokens: 500 })
    await world.run(MIDNIGHT + DAY + 14 * HOUR)
    const [, second, ...others] = heard(world)
    expect(others).toEqual([])
    expect(second).toMatchObject({ since: MIDNIGHT + 13 * HOUR, tiers: [{ tokens: 8_000 }, { tokens: 0 }] })
  })

  it('waits for its next time where DIGEST_CRON is set on a tracker that has long been running', async () => {
    const world = await office(['digest'], { vars: { POLL_CRON: vars.POLL_CRON } })
    await started(world)
    await world.run(world.now + DAY)
    await world.redeploy(vars)
    await world.run(MIDNIGHT + DAY + 13 * HOUR - 1)
    expect(heard(world)).toEqual([])
    await world.run(MIDNIGHT + DAY + 14 * HOUR)
    expect(heard(world).length).toBe(1)
  })

  it.each([
    ['ALERTS left it out', { ALERTS: 'threshold' }, { ALERTS: 'digest' }],
    ['DIGEST_CRON was taken away', { DIGEST_CRON: '' }, vars],
  ])('begins anew after days in which %s', async (_, off, on) => {
    const world = await office(['digest'], { vars })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world).length).toBe(1)
    await world.redeploy(off)
    await world.run(MIDNIGHT + 2 * DAY + NOON)
    await world.redeploy(on)
    await world.run(MIDNIGHT + 2 * DAY + NOON + HOUR / 2)
    expect(heard(world).length).toBe(1)
    await world.run(MIDNIGHT + 2 * DAY + 14 * HOUR)
    expect(heard(world).length).toBe(2)
  })

  it('waits for the next time of another DIGEST_CRON, though one has passed since the last digest', async () => {
    const world = await office(['digest'], { vars })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    await world.redeploy({ DIGEST_CRON: '30 13 * * *' })
    await world.run(MIDNIGHT + 15 * HOUR)
    expect(heard(world).length).toBe(1)
    await world.run(MIDNIGHT + DAY + 14 * HOUR)
    expect(heard(world).length).toBe(2)
  })

  it('that was missed in an absence comes once', async () => {
    const world = await office(['digest'], { vars })
    await started(world)
    await world.run(MIDNIGHT + 14 * HOUR)
    world.now = MIDNIGHT + 4 * DAY + 9 * HOUR
    await world.evict()
    await world.catchUp()
    expect(heard(world).length).toBe(2)
    await world.run(MIDNIGHT + 4 * DAY + 14 * HOUR)
    expect(heard(world).length).toBe(3)
  })

  it('is neither lost nor repeated by a restart between its making and its delivery', async () => {
    const world = await office(['digest'], { vars })
    await started(world)
    world.receiver = () => new Response('x', { status: 503 })
    await world.run(MIDNIGHT + 13 * HOUR + 1)
    expect((await rowsOf(world, 'digest')).map(({ sent }) => sent)).toEqual([false])
    await world.evict()
    world.receiver = () => new Response('ok')
    world.sent = []
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world).length).toBe(1)
    expect((await rowsOf(world, 'digest')).map(({ sent }) => sent)).toEqual([true])
  })

  it.each([
    ['an hour', HOUR],
    ['a day', DAY],
  ])('is not repeated where the clock jumps back by %s', async (_, back) => {
    const world = await office(['digest'], { vars })
    await started(world)
    await world.run(MIDNIGHT + 13 * HOUR + 1)
    expect(heard(world).length).toBe(1)
    world.now -= back
    await world.evict()
    await world.catchUp()
    await world.run(MIDNIGHT + 14 * HOUR)
    expect(heard(world).length).toBe(1)
    expect(world.logs.filter(line => line.includes('"fault"'))).toEqual([])
    await world.run(MIDNIGHT + DAY + 14 * HOUR)
    expect(heard(world).length).toBe(2)
  })

  it('does not keep the object awake where OpenAI has never answered', async () => {
    const world = await office(['digest'], { vars })
    world.upstream = () => new Response('x', { status: 500 })
    await world.watch()
    const wakes = await world.run(MIDNIGHT + 14 * HOUR)
    expect(wakes).toBeLessThan(200)
    expect(heard(world)).toEqual([])
  })
})
