import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { byThreshold, DATE, DAY, MIDNIGHT, type Sent, World } from './world.ts'

afterEach(World.end)

const HOOK = 'https://alerts.example/canary-hook-path-9f2'
const SLACK = 'https://hooks.slack.com/services/T000/B000/canaryslacktoken'
const LADDER = { ALERT_THRESHOLD: '50,80,95,100', ALERT_WEBHOOK_URL: HOOK, POLL_COOLDOWN_SECONDS: '0' }

const thresholdsOf = async (world: World) =>
  byThreshold(await world.alerts()).map(alert => [alert.tier, alert.threshold])
const bodies = (sent: Sent[]) => sent.map(({ body }) => JSON.parse(body) as { text: string; [field: string]: unknown })

async function useAndPoll(world: World, input: number, model = 'gpt-4o'): Promise<number> {
  world.now += 60
  world.use({ at: world.now, input, model })
  return (await world.polled()).alerts_triggered
}

describe('thresholds', () => {
  it.each<Record<string, string>>([
    { AUTH_MODE: 'token', API_TOKEN: '' },
    { AUTH_MODE: 'token', API_TOKEN: 'too-short' },
    { AUTH_MODE: 'access', ACCESS_AUD: 'half' },
    { AUTH_MODE: 'nonsense' },
  ])('are watched and told of while nobody may see the data: %j', async vars => {
    const world = await World.make({ vars: { ...LADDER, ...vars } })
    world.use({ at: world.now, input: 970_000 })
    await world.watch()
    await world.run(world.now + 600)
    expect((await world.call('GET /api/usage')).status).toBe(503)
    expect(
      await world.rows('SELECT date, premium_tokens FROM usage_snapshots WHERE premium_tokens = 970000'),
    ).not.toEqual([])
    expect(world.sent.length).toBe(1)
  })

  it('fire once each, as the day climbs, in each tier for itself', async () => {
    const world = await World.make({ vars: LADDER })
    expect(await useAndPoll(world, 499_999)).toBe(0)
    expect(await useAndPoll(world, 1)).toBe(1)
    expect(await useAndPoll(world, 1)).toBe(0)
    expect(await useAndPoll(world, 300_000)).toBe(1)
    expect(await useAndPoll(world, 150_000)).toBe(1)
    expect(await useAndPoll(world, 50_000)).toBe(1)
    expect(await useAndPoll(world, 900_000)).toBe(0)
    expect(await useAndPoll(world, 5_000_000, 'gpt-4o-mini')).toBe(1)
    expect(await thresholdsOf(world)).toEqual([
      ['mini', 50],
      ['premium', 50],
      ['premium', 80],
      ['premium', 95],
      ['premium', 100],
    ])
    expect(world.sent.length).toBe(5)
  })

  it('passed in one jump make one message, for the highest, and a row each', async () => {
    const world = await World.make({ vars: LADDER })
    expect(await useAndPoll(world, 970_000)).toBe(3)
    expect(world.sent.length).toBe(1)
    expect(bodies(world.sent)[0]).toMatchObject({
      text: expect.stringContaining('⚠️ OpenAI Usage Alert: PREMIUM tier at 97%'),
      tier: 'premium',
      threshold: 95,
    })
    const rows = byThreshold(await world.alerts())
    expect(rows.map(row => [row.threshold, row.percentage, row.tokens_used, row.limit_value, row.sent])).toEqual(
      [50, 80, 95].map(threshold => [threshold, 97, 970_000, 1_000_000, true]),
    )
    expect(new Set(rows.map(row => row.message_id)).size).toBe(1)
    expect(rows[0]).toMatchObject({
      date: DATE,
      timestamp: world.now,
      created_at: new Date(world.now * 1000).toISOString().replace('.000', ''),
      message: '⚠️ OpenAI Usage Alert: PREMIUM tier at 97%',
      late: false,
      deliveries: [{ kind: 'generic', state: 'delivered', attempts: 1, last_status: 200 }],
    })
    expect(await useAndPoll(world, 30_000)).toBe(1)
    expect(world.sent.length).toBe(2)
  })

  it('are compared exactly, not rounded', async () => {
    const world = await World.make({ vars: { ...LADDER, ALERT_THRESHOLD: '80', PREMIUM_TIER_LIMIT: '1000000' } })
    expect(await useAndPoll(world, 799_999)).toBe(0)
    expect((await world.usage()).premium.percentage).toBe(80)
    expect(await useAndPoll(world, 1)).toBe(1)
  })

  it('fire anew on the next day, and one poll around midnight sees each day’s own crossing', async () => {
    const world = await World.make({ start: 23 * 3600, vars: { ...LADDER, ALERT_THRESHOLD: '80' } })
    expect(await useAndPoll(world, 800_000)).toBe(1)
    world.now = MIDNIGHT + DAY + 60
    await world.polled()
    expect((await world.alerts()).length).toBe(1)
    expect(await useAndPoll(world, 900_000)).toBe(1)
    expect((await world.alerts()).map(alert => alert.date)).toEqual(['2027-03-11', DATE])
  })

  it('are not taken back when totals fall, and not repeated when they rise again', async () => {
    const world = await World.make({ vars: { ...LADDER, ALERT_THRESHOLD: '80' } })
    const use = world.use({ at: MIDNIGHT, input: 850_000 })
    await world.polled()
    use.input = 700_000
    expect(await useAndPoll(world, 1)).toBe(0)
    use.input = 950_000
    expect(await useAndPoll(world, 1)).toBe(0)
    expect([(await world.alerts()).length, world.sent.length]).toEqual([1, 1])
  })

  it('of a limit that is raised or lowered during the day: only what was not yet told', async () => {
    const world = await World.make({ vars: { ...LADDER, ALERT_THRESHOLD: '50,80' } })
    await useAndPoll(world, 600_000)
    await world.redeploy({ PREMIUM_TIER_LIMIT: '2000000' })
    expect(await useAndPoll(world, 0)).toBe(0)
    expect(await useAndPoll(world, 500_000)).toBe(0)
    await world.redeploy({ PREMIUM_TIER_LIMIT: '1200000' })
    expect(await useAndPoll(world, 0)).toBe(1)
    expect(byThreshold(await world.alerts()).map(row => [row.threshold, row.limit_value])).toEqual([
      [50, 1_000_000],
      [80, 1_200_000],
    ])
  })

  it('changed during the day: the new ones that are passed are told, the old ones stay', async () => {
    const world = await World.make({ vars: { ...LADDER, ALERT_THRESHOLD: '80' } })
    await useAndPoll(world, 900_000)
    await world.redeploy({ ALERT_THRESHOLD: '70,80,90,99' })
    expect(await useAndPoll(world, 0)).toBe(2)
    expect(await useAndPoll(world, 0)).toBe(0)
    expect(await thresholdsOf(world)).toEqual([
      ['premium', 70],
      ['premium', 80],
      ['premium', 90],
    ])
    expect(bodies(world.sent).map(body => body.threshold)).toEqual([80, 90])
  })

  it('crossed by data that came after the day’s end are told, and marked late', async () => {
    const world = await World.make({ start: 23 * 3600, vars: { ...LADDER, ALERT_THRESHOLD: '80' } })
    await useAndPoll(world, 100)
    world.use({ at: MIDNIGHT + 23 * 3600 + 1800, input: 900_000, visibleAt: MIDNIGHT + DAY + 600 })
    world.now = MIDNIGHT + DAY + 900
    expect((await world.polled()).alerts_triggered).toBe(1)
    expect(await world.alerts()).toMatchObject([{ date: DATE, late: true, percentage: 90, sent: true }])
    expect(bodies(world.sent)[0]?.text).toContain('Late')
  })

  it('without a webhook make a row, once, that nobody was sent', async () => {
    const world = await World.make()
    await useAndPoll(world, 900_000)
    await useAndPoll(world, 0)
    await world.evict()
    await useAndPoll(world, 0)
    expect(await world.alerts()).toMatchObject([{ threshold: 80, sent: false, deliveries: [] }])
    expect(world.sent).toEqual([])
    expect(await world.rows('SELECT threshold, sent, late FROM alerts')).toEqual([{ threshold: 80, sent: 0, late: 0 }])
  })

  it('are in D1 too, sent once they arrived', async () => {
    const world = await World.make({ vars: LADDER })
    await useAndPoll(world, 850_000)
    await world.run(world.now + 30)
    expect(await world.rows('SELECT date, tier, threshold, tokens_used, sent FROM alerts ORDER BY threshold')).toEqual(
      [50, 80].map(threshold => ({ date: DATE, tier: 'premium', threshold, tokens_used: 850_000, sent: 1 })),
    )
  })
})

describe('delivery', () => {
  it('goes to every receiver in its own shape', async () => {
    const discord = 'https://discord.com/api/webhooks/123/canarydiscord'
    const world = await World.make({ vars: { ...LADDER, ALERT_WEBHOOK_URL: `${SLACK},${discord} ${HOOK}` } })
    await useAndPoll(world, 850_000)
    const to = (host: string) => world.sent.filter(sent => new URL(sent.url).host === host)
    expect(bodies(to('hooks.slack.com'))).toMatchObject([
      { text: expect.stringContaining('PREMIUM tier at 85%'), blocks: expect.any(Array) },
    ])
    expect(to('discord.com').map(sent => new URL(sent.url).search)).toEqual(['?wait=true'])
    expect(bodies(to('discord.com'))).toMatchObject([{ allowed_mentions: { parse: [] }, embeds: [expect.any(Object)] }])
    expect(to('alerts.example')[0]?.headers.get('webhook-id')).toBe((await world.alerts())[0]?.message_id)
  })

  it('to a receiver that is down for ten minutes happens exactly once, when it is back', async () => {
    const world = await World.make({ vars: LADDER })
    await world.catchUp()
    world.receiver = () => new Response('', { status: 503 })
    await useAndPoll(world, 900_000)
    const upAt = world.now + 600
    await world.run(upAt)
    const tries = world.sent.length
    expect(tries).toBeGreaterThan(4)
    expect((await world.alerts())[0]).toMatchObject({
      sent: false,
      deliveries: [{ state: 'pending', last_status: 503 }],
    })
    expect((await world.status()).deliveries).toMatchObject({ pending: 1, channels: [{ state: 'retrying' }] })
    world.receiver = () => new Response('ok')
    await world.run(upAt + 3600)
    expect(world.sent.length).toBe(tries + 1)
    expect((await world.alerts()).every(alert => alert.sent)).toBe(true)
    expect(new Set(world.sent.map(sent => sent.headers.get('webhook-id'))).size).toBe(1)
    expect((await world.status()).deliveries).toMatchObject({ pending: 0, parked: 0, channels: [{ state: 'ok' }] })
    expect(await world.rows('SELECT sum(sent) AS sent FROM alerts')).toEqual([{ sent: 2 }])
  })

  it.each([
    ['a connection that fails', () => Promise.reject(new TypeError(`fetch failed: ${HOOK}`))],
    ['a 429 with Retry-After', () => new Response('', { status: 429, headers: { 'retry-after': '60' } })],
  ] as [string, World['receiver']][])('after %s is tried again and arrives', async (_, receiver) => {
    const world = await World.make({ vars: LADDER })
    await world.catchUp()
    world.receiver = receiver
    await useAndPoll(world, 900_000)
    expect(world.sent.length).toBe(1)
    world.receiver = () => new Response('ok')
    await world.run(world.now + 120)
    expect(world.sent.length).toBe(2)
    expect((await world.alerts())[0]?.sent).toBe(true)
    expect(JSON.stringify(await world.alerts()) + world.logs.join()).not.toContain('canary')
  })

  it.each([404, 410, 401, 403])(
    'to a receiver that answers %i gets plain text once, then is parked and visible',
    async code => {
      const world = await World.make({ vars: LADDER })
      await world.catchUp()
      world.receiver = () => new Response(`no such hook: ${HOOK}`, { status: code })
      await useAndPoll(world, 600_000)
      await world.run(world.now + 7200)
      expect(world.sent.map(({ body }) => Object.keys(JSON.parse(body)).length > 1)).toEqual([true, false])
      const status = await world.status()
      expect(status.deliveries).toMatchObject({
        pending: 0,
        parked: 1,
        channels: [{ state: 'parked', parked: 1, last_status: code }],
      })
      expect((await world.alerts())[0]).toMatchObject({
        sent: false,
        deliveries: [{ state: 'parked', last_status: code }],
      })
      expect(JSON.stringify(status) + JSON.stringify(await world.alerts()) + world.logs.join()).not.toContain('canary')
    },
  )

  it('to one dead receiver does not hold up the other', async () => {
    const world = await World.make({ vars: { ...LADDER, ALERT_WEBHOOK_URL: `${SLACK},${HOOK}` } })
    world.receiver = sent => (sent.url === HOOK ? new Response('ok') : new Promise(() => {}))
    // The answer to a POST waits three seconds for receivers: here, less.
    const real = globalThis.setTimeout
    vi.stubGlobal('setTimeout', (work: () => void, ms?: number) => real(work, ms === 3000 ? 50 : ms))
    world.now += 60
    world.use({ at: world.now, input: 900_000 })
    const polls = [await world.poll()]
    await world.settle()
    expect(polls[0]?.status).toBe(200)
    expect((await world.alerts())[0]).toMatchObject({ sent: true })
    world.now += 60
    expect((await world.poll()).status).toBe(200)
  })

  it('owed by a crash between commit and send still happens', async () => {
    const world = await World.make({ vars: LADDER })
    world.use({ at: MIDNIGHT, input: 900_000 })
    world.receiver = () => new Promise(() => {})
    const poll = world.stub.poll().catch(() => 'crashed')
    await vi.waitFor(() => expect(world.sent.length).toBe(1))
    await world.crash()
    await poll
    expect(byThreshold(await world.alerts()).map(alert => [alert.threshold, alert.sent])).toEqual([
      [50, false],
      [80, false],
    ])
    world.receiver = () => new Response('ok')
    await world.watch()
    await world.run(world.now + 60)
    expect(world.sent.length).toBe(2)
    expect(bodies(world.sent)[1]?.text).toContain('Possible repeat')
    expect(world.sent[0]?.headers.get('webhook-id')).toBe(world.sent[1]?.headers.get('webhook-id'))
    expect((await world.alerts()).every(alert => alert.sent)).toBe(true)
    await world.run(world.now + 3600)
    expect(world.sent.length).toBe(2)
  })

  it('owed before the first byte went out happens after the restart, once', async () => {
    const world = await World.make({ vars: LADDER })
    world.use({ at: MIDNIGHT, input: 900_000 })
    // Killed in the instant after the commit: the poll is stored, nobody was told.
    await runInDurableObject(world.stub, async (instance, state) => {
      const real = state.storage.transactionSync.bind(state.storage)
      const spies: { mockRestore(): void }[] = []
      const killed = () => {
        throw new Error('killed')
      }
      const commits = vi.spyOn(state.storage, 'transactionSync').mockImplementation(work => {
        const result = real(work)
        if ([...state.storage.sql.exec('SELECT 1 FROM delivery')].length === 0) return result
        spies.push(vi.spyOn(state.storage, 'sql', 'get').mockImplementation(killed))
        return killed()
      })
      spies.push(commits)
      await instance.poll().catch(() => {})
      for (const spy of spies) spy.mockRestore()
    })
    expect(world.sent.length).toBe(0)
    await world.crash()
    await world.watch()
    await world.run(world.now + 60)
    expect(world.sent.length).toBe(1)
    expect((await world.alerts()).every(alert => alert.sent)).toBe(true)
  })

  it('follows the operator who mends the URL: what is owed goes to the new receiver, once', async () => {
    const world = await World.make({ vars: LADDER })
    await world.catchUp()
    world.receiver = sent => new Response('', { status: sent.url === HOOK ? 503 : 200 })
    await useAndPoll(world, 600_000)
    await world.redeploy({ ALERT_WEBHOOK_URL: 'https://alerts.example/new' })
    await world.watch()
    await world.run(world.now + 3600)
    expect(world.sent.filter(sent => sent.url.endsWith('/new')).length).toBe(1)
    expect((await world.alerts())[0]?.sent).toBe(true)
  })

  it('is signed with ALERT_WEBHOOK_SECRET, which nobody sees', async () => {
    const secret = `whsec_${btoa('canary-secret-of-32-bytes-length')}`
    const world = await World.make({ vars: { ...LADDER, ALERT_WEBHOOK_SECRET: secret } })
    await useAndPoll(world, 600_000)
    const [sent] = world.sent
    const id = sent?.headers.get('webhook-id')
    const at = sent?.headers.get('webhook-timestamp')
    const key = await crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode('canary-secret-of-32-bytes-length'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    )
    const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${at}.${sent?.body}`))
    expect(sent?.headers.get('webhook-signature')).toBe(`v1,${btoa(String.fromCharCode(...new Uint8Array(mac)))}`)
    expect(at).toBe(String(world.now))
    expect(world.logs.join() + JSON.stringify(await world.status())).not.toContain(secret.slice(6))
  })
})
