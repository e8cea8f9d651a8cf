import { afterEach, describe, expect, it } from 'vitest'
import { DAY, MIDNIGHT, World } from './world.ts'

afterEach(World.end)

const KEY = 'R0k3xVt9LmK2wRdq7Zp3xVt9LmK2wRdq'
const PAGERDUTY = `https://events.pagerduty.com/v2/enqueue?routing_key=${KEY}`
const ALERTMANAGER = 'alertmanager+https://alerts.example/api/v2/alerts'
const HOOK = 'https://hook.example/x'
const MINUTE = 60
const ACCEPTED = () => Response.json({ status: 'success' }, { status: 202 })

interface Event {
  event_action: string
  dedup_key: string
}
const sentTo = (world: World, host: string) => world.sent.filter(({ url }) => new URL(url).host === host)
const events = (world: World) =>
  sentTo(world, 'events.pagerduty.com')
    .map(({ body }) => JSON.parse(body) as Event)
    .map(({ event_action, dedup_key }) => `${event_action} ${dedup_key.replace(/^oai-usage\/[a-z0-9]{8}\//, '')}`)

interface PostedAlert {
  labels: Record<string, string>
  startsAt: string
  endsAt: string
}
const posted = (world: World) =>
  sentTo(world, 'alerts.example').map(({ body }) =>
    (JSON.parse(body) as PostedAlert[]).map(({ labels: { incident, severity }, endsAt }) => [
      incident?.replace(/^oai-usage\/[a-z0-9]{8}\//, ''),
      severity,
      Date.parse(endsAt) / 1000 - MIDNIGHT,
    ]),
  )

/** A tracker at 23:00 of a day whose premium tier will pass 50 % and then 100 % within the hour. */
async function lateInTheDay(urls: string[], vars = {}): Promise<World> {
  const all = { ALERT_WEBHOOK_URL: urls.join(' '), ALERT_THRESHOLD: '50,100', POLL_COOLDOWN_SECONDS: '0', ...vars }
  const world = await World.make({ vars: all, start: 23 * 3600 })
  world.receiver = ACCEPTED
  await world.catchUp()
  return world
}
const useHalf = (world: World, tokens = 600_000) => void world.use({ at: world.now, input: tokens })

describe('an incident at a receiver that holds it open', () => {
  it('is one for all thresholds of a day, and is resolved at the reset', async () => {
    const world = await lateInTheDay([PAGERDUTY, HOOK])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    expect(events(world)).toEqual(['trigger premium/2027-03-10', 'trigger premium/2027-03-10'])
    await world.run(MIDNIGHT + DAY + 2)
    expect(events(world).slice(2)).toEqual(['resolve premium/2027-03-10'])
    await world.run(MIDNIGHT + DAY + 2 * 3600)
    expect(events(world).length).toBe(3)
    // Who holds nothing open is not told of an end.
    expect(sentTo(world, 'hook.example').length).toBe(2)
  })

  it('says to Alertmanager that it lasts until the reset, and ends each of its severities', async () => {
    const world = await lateInTheDay([ALERTMANAGER])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    useHalf(world)
    await world.run(MIDNIGHT + DAY + 2)
    const [first, second, ends] = posted(world)
    expect(first).toEqual([['premium/2027-03-10', 'warning', DAY]])
    expect(second).toEqual([['premium/2027-03-10', 'critical', DAY]])
    expect(ends?.map(([incident, severity]) => [incident, severity])).toEqual([
      ['premium/2027-03-10', 'warning'],
      ['premium/2027-03-10', 'critical'],
    ])
    for (const [, , endsAt] of ends ?? []) expect(Number(endsAt)).toBeLessThanOrEqual(DAY + 2)
  })

  it('is resolved though OpenAI cannot be read when the day ends', async () => {
    const world = await lateInTheDay([`${PAGERDUTY}#kinds=threshold`])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    world.upstream = () => new Response(null, { status: 503 })
    await world.run(MIDNIGHT + DAY + 2)
    expect(events(world)).toEqual(['trigger premium/2027-03-10', 'resolve premium/2027-03-10'])
  })

  it('that was never told is neither fired nor resolved after its end', async () => {
    const world = await lateInTheDay([PAGERDUTY])
    world.receiver = () => new Response(null, { status: 503 })
    useHalf(world)
    await world.run(MIDNIGHT + DAY + 2)
    const tries = events(world).length
    expect(tries).toBeGreaterThan(2)
    world.receiver = ACCEPTED
    await world.run(MIDNIGHT + DAY + 3 * 3600)
    expect(events(world).length).toBe(tries)
    expect((await world.status()).deliveries).toMatchObject({ pending: 0, parked: 0 })
  })

  it('that may have been told is resolved, and not fired after that', async () => {
    const world = await lateInTheDay([PAGERDUTY])
    world.receiver = () => Promise.reject(new TypeError('connection lost'))
    useHalf(world)
    await world.run(MIDNIGHT + DAY - MINUTE)
    expect(new Set(events(world))).toEqual(new Set(['trigger premium/2027-03-10']))
    const tries = events(world).length
    world.receiver = ACCEPTED
    await world.evict()
    world.now = MIDNIGHT + DAY + 1
    await world.run(MIDNIGHT + DAY + 3 * 3600)
    expect(events(world).slice(tries)).toEqual(['resolve premium/2027-03-10'])
  })

  it('is resolved once, when the receiver answers again, though the object crashes at each try', async () => {
    const world = await lateInTheDay([PAGERDUTY, ALERTMANAGER])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    world.receiver = () => new Response(null, { status: 503 })
    await world.run(MIDNIGHT + DAY + 2)
    for (const seconds of [5, 20, 60]) {
      await world.crash()
      await world.run(MIDNIGHT + DAY + seconds)
    }
    world.receiver = ACCEPTED
    await world.run(MIDNIGHT + DAY + 2 * 3600)
    const taken = events(world).filter((event, index, all) => event.startsWith('trigger') || index === all.length - 1)
    expect(taken).toEqual(['trigger premium/2027-03-10', 'resolve premium/2027-03-10'])
    expect((await world.status()).deliveries).toMatchObject({ pending: 0, parked: 0 })
  })

  it('about a day that is over is shown for an hour', async () => {
    const world = await lateInTheDay([PAGERDUTY, ALERTMANAGER])
    await world.run(MIDNIGHT + DAY + 3600)
    world.use({ at: MIDNIGHT + DAY - 60, input: 700_000 })
    await world.run(world.now + 10 * MINUTE)
    expect(events(world)).toEqual(['trigger premium/2027-03-10'])
    const [[[, , endsAt] = []] = []] = posted(world)
    expect(Number(endsAt) - DAY).toBeGreaterThan(2 * 3600)
    await world.run(world.now + 70 * MINUTE)
    expect(events(world)).toEqual(['trigger premium/2027-03-10', 'resolve premium/2027-03-10'])
  })

  it('that the tracker is blind ends when it sees again', async () => {
    const world = await lateInTheDay([PAGERDUTY, ALERTMANAGER])
    world.upstream = () => new Response(null, { status: 503 })
    await world.run(world.now + 40 * MINUTE)
    world.upstream = () => null
    await world.run(world.now + 10 * MINUTE)
    const [fired = '', ended] = events(world)
    expect([fired.replace(/\d+$/, ''), ended]).toEqual(['trigger blind/', fired.replace('trigger', 'resolve')])
    const [[[key, severity] = []] = [], [[sameKey, same] = []] = []] = posted(world)
    expect([sameKey, same]).toEqual([key, severity])
    await world.run(world.now + 3 * 3600)
    expect(events(world).length).toBe(2)
  })

  it('that the tracker was blind is ended, though it is blind again before the receiver answers', async () => {
    const world = await lateInTheDay([`${PAGERDUTY}#kinds=watch`, HOOK])
    world.upstream = () => new Response(null, { status: 503 })
    await world.run(world.now + 40 * MINUTE)
    const [first = ''] = events(world)
    const before = world.sent.length
    world.receiver = () => new Response(null, { status: 503 })
    world.upstream = () => null
    await world.run(world.now + 10 * MINUTE)
    world.upstream = () => new Response(null, { status: 503 })
    await world.run(world.now + 40 * MINUTE)
    world.receiver = ACCEPTED
    world.sent.splice(0, before)
    const tries = events(world).length
    await world.run(world.now + 2 * 3600)
    expect(events(world).slice(tries)).toContain(first.replace('trigger', 'resolve'))
    // Who holds nothing open is told of the present alone.
    const last = sentTo(world, 'hook.example').slice(-1)
    expect(last[0]?.body).toContain('is blind')
  })

  it('is told to a receiver that is set later, and resolved there too', async () => {
    const world = await lateInTheDay([])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    await world.redeploy({ ALERT_WEBHOOK_URL: PAGERDUTY })
    await world.watch()
    await world.run(MIDNIGHT + DAY + 2)
    expect(events(world)).toEqual(['trigger premium/2027-03-10', 'resolve premium/2027-03-10'])
  })
})

describe('the fragment of a receiver', () => {
  it('chooses kinds, tiers and a least percentage', async () => {
    const urls = ['a#kinds=watch', 'b#tiers=mini', 'c#min=100', 'd#kinds=threshold&tiers=premium&min=50&name=ops', 'e']
    const world = await lateInTheDay(urls.map(end => `https://${end.replace(/(#|$)/, '.example/hook-path$1')}`))
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    const hosts = () => world.sent.map(({ url }) => new URL(url).host[0]).sort()
    expect(hosts()).toEqual(['d', 'e'])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    expect(hosts()).toEqual(['c', 'd', 'd', 'e', 'e'])
    world.upstream = () => new Response(null, { status: 503 })
    await world.run(world.now + 40 * MINUTE)
    expect(hosts()).toEqual(['a', 'b', 'c', 'c', 'd', 'd', 'e', 'e', 'e'])
    expect(world.sent.every(({ url }) => !url.includes('#'))).toBe(true)
  })

  it('that changes gives a receiver what nobody has got, and what it was not to have before', async () => {
    const world = await lateInTheDay([`${HOOK}#tiers=mini`])
    useHalf(world)
    await world.run(world.now + 10 * MINUTE)
    expect(world.sent).toEqual([])
    await world.redeploy({ ALERT_WEBHOOK_URL: `${HOOK}#tiers=premium` })
    await world.watch()
    await world.run(world.now + 2)
    expect(world.sent.length).toBe(1)
  })
})
