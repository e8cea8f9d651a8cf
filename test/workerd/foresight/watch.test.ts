import { afterEach, describe, expect, it } from 'vitest'
import { World } from '../tracker/world.ts'
import { HOUR, heard, office, rowsOf, started } from './office.ts'

afterEach(World.end)

const down = () => new Response('x', { status: 500 })

describe('a tracker that is blind', () => {
  it.each([
    ['with a receiver', {}, true],
    ['without one', { ALERT_WEBHOOK_URL: '' }, false],
    ['whose ALERTS leaves it out', { ALERTS: 'threshold' }, false],
  ])('%s has a row and a frame for going blind and one for seeing again', async (_, vars, sent) => {
    const world = await office(['watch'], { vars })
    await started(world)
    const dashboard = await world.connect()
    world.upstream = down
    await world.run(world.now + HOUR)
    world.upstream = () => null
    await world.run(world.now + HOUR)
    const rows = (await rowsOf(world, 'watch')).reverse()
    expect(rows.map(row => [row.kind, row.tier, row.sent])).toEqual([
      ['watch', null, sent],
      ['watch', null, sent],
    ])
    expect(rows.map(({ message }) => message)).toEqual([
      expect.stringContaining('blind'),
      expect.stringContaining('sees again'),
    ])
    expect(heard(world).map(({ type }) => type)).toEqual(sent ? ['tracker.blind', 'tracker.seeing'] : [])
    await dashboard.until(() => dashboard.of('notice').length > 1, 'the frames')
    expect(dashboard.of('notice').map(({ notice }) => notice.id)).toEqual(rows.map(({ id }) => id))
  })

  it('is told once to a receiver that comes while it is blind', async () => {
    const world = await office(['watch'], { vars: { ALERT_WEBHOOK_URL: '' } })
    await started(world)
    world.upstream = down
    await world.run(world.now + HOUR)
    await world.redeploy({ ALERT_WEBHOOK_URL: 'https://alerts.example/canary-hook-path-9f2' })
    await world.run(world.now + 2 * HOUR)
    expect(heard(world).map(({ type }) => type)).toEqual(['tracker.blind'])
  })
})
