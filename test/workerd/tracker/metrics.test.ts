import { afterEach, describe, expect, it } from 'vitest'
import { MIDNIGHT, World } from './world.ts'

const RECEIVER = 'https://hooks.slack.com/services/T00000000/B00000000/canary0123456789abcdefgh'

afterEach(() => World.end())

async function metrics(world: World): Promise<Map<string, number>> {
  const answer = await world.fetchApi(new Request('https://tracker.example/metrics'))
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const lines = (await answer.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => [
      line.slice('openai_usage_'.length, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' '))),
    ]),
  )
}

describe('GET /metrics of a tracker', () => {
  it('has the numbers that the other reads have, and no tier before a poll has read the day', async () => {
    const world = await World.make({ start: 12 * 3600 })
    const before = await metrics(world)
    expect([...before.keys()].filter(name => /day_(tokens|ratio|billed)/.test(name))).toEqual([])
    expect(before.get('day_limit_tokens{tier="premium"}')).toBe(1_000_000)
    expect(before.get('state{state="starting"}')).toBe(1)
    world.use({ at: MIDNIGHT + 3600, input: 1200, output: 34, model: 'gpt-4o' })
    await world.polled()
    const after = await metrics(world)
    const { premium } = await world.usage()
    expect(after.get('day_ratio{tier="premium"}')).toBe(premium.tokens_used / premium.limit)
    expect(after.get('day_tokens{tier="premium",model="gpt-4o",kind="input"}')).toBe(1200)
    expect(after.get('last_success_timestamp_seconds')).toBe(world.now)
    // The new day has not been read, whatever the page shows.
    world.now = MIDNIGHT + 86_400
    expect([...(await metrics(world)).keys()].filter(name => /day_(tokens|ratio|billed)/.test(name))).toEqual([])
    expect((await world.usage()).premium.tokens_used).toBe(0)
  })

  it('counts polls by what they came to, and goes on counting after each sleep', async () => {
    const world = await World.make({ start: 12 * 3600, vars: { POLL_COOLDOWN_SECONDS: '0' } })
    await world.polled()
    await world.evict()
    await world.polled()
    world.upstream = () => new Response('', { status: 500 })
    await world.poll()
    await world.crash()
    const counted = await metrics(world)
    expect([...counted].filter(([name]) => name.startsWith('polls_total'))).toEqual([
      ['polls_total{result="ok"}', 2],
      ['polls_total{result="upstream_error"}', 1],
    ])
    expect(counted.get('poll_failures')).toBe(1)
    expect(counted.get('state{state="failing"}')).toBe(1)
  })

  it('counts the tries to deliver by receiver and result, and what is still owed', async () => {
    const world = await World.make({
      start: 12 * 3600,
      vars: { ALERT_WEBHOOK_URL: RECEIVER, PREMIUM_TIER_LIMIT: '1000', POLL_COOLDOWN_SECONDS: '0' },
    })
    let status = 503
    world.receiver = () => new Response('', { status })
    await world.polled()
    world.use({ at: world.now, input: 900 })
    await world.polled()
    const of = async (name: string) =>
      [...(await metrics(world))]
        .filter(([key]) => key.startsWith(name))
        .map(([key, value]) => [/result="(\w+)"/.exec(key)?.[1] ?? name, value])
    expect(await of('alerts_total')).toEqual([
      ['delivered', 0],
      ['failed', 1],
      ['parked', 0],
    ])
    expect(await of('messages_pending')).toEqual([['messages_pending', 1]])
    await world.evict()
    status = 200
    await world.run(world.now + 120)
    expect(await of('alerts_total')).toEqual([
      ['delivered', 1],
      ['failed', 1],
      ['parked', 0],
    ])
    status = 404
    world.use({ at: world.now, input: 200 })
    await world.redeploy({ ALERT_THRESHOLD: '80,100' })
    await world.run(world.now + 700)
    expect(await of('messages_parked')).toEqual([['messages_parked', 1]])
    const tries = Object.fromEntries(await of('alerts_total'))
    expect([tries.delivered, tries.parked]).toEqual([1, 1])
  })
})
