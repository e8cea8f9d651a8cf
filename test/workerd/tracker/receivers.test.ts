import { afterEach, describe, expect, it } from 'vitest'
import type { Problem, ReceiversView, ReceiverTestView } from '../../../src/wire.ts'
import { World } from './world.ts'

afterEach(World.end)

const KEY = 'R0k3xVt9LmK2wRdq7Zp3xVt9LmK2wRdq'
const URLS = {
  slack: 'https://hooks.slack.com/services/T0/B0/kA9sLd8fGh7j#kinds=threshold,billed&tiers=premium&min=95&name=on+call',
  pagerduty: `https://events.pagerduty.com/v2/enqueue?routing_key=${KEY}`,
  alertmanager: 'alertmanager+https://alerts.example/api/v2/alerts',
  telegram: 'https://api.telegram.org/bot12345:kA9sLd8fGh7jPq2w/sendMessage?chat_id=-100200300400',
}
const start = (vars = {}) =>
  World.make({ vars: { ALERT_WEBHOOK_URL: Object.values(URLS).join(' '), POLL_COOLDOWN_SECONDS: '0', ...vars } })
const list = async (world: World) => (await world.call<ReceiversView>('GET /api/receivers')).body
const idOf = async (world: World, kind: string) =>
  (await list(world)).receivers.find(receiver => receiver.kind === kind)?.id ?? ''
const test = async (world: World, kind: string) =>
  world.call<ReceiverTestView & Problem>(`POST /api/receivers/${await idOf(world, kind)}/test`)

describe('GET /api/receivers', () => {
  it('says of each receiver what goes there, and how it is doing', async () => {
    const world = await start()
    const { receivers, count } = await list(world)
    expect(count).toBe(4)
    expect(receivers[0]).toEqual({
      id: expect.stringMatching(/^slack-[0-9a-f]{8}$/),
      kind: 'slack',
      name: 'on call',
      kinds: ['threshold', 'billed'],
      tiers: ['premium'],
      min: 95,
      only_accepts: false,
      state: 'unused',
      ...{ pending: 0, parked: 0, last_status: null, last_error: null, next_attempt_at: null, last_delivered_at: null },
    })
    expect(receivers.map(({ only_accepts }) => only_accepts)).toEqual([false, true, false, false])
    expect(receivers[1]?.kinds).not.toContain('digest')
    expect(receivers[3]).toMatchObject({ name: null, tiers: ['premium', 'mini'], min: null })
    world.receiver = ({ url }) => new Response(null, { status: url.includes('pagerduty') ? 404 : 200 })
    world.use({ at: world.now, input: 990_000 })
    await world.polled()
    await world.run(world.now + 10)
    expect((await list(world)).receivers.map(({ state }) => state)).toEqual(['ok', 'parked', 'ok', 'ok'])
    const [alert] = await world.alerts()
    expect(alert?.deliveries.map(({ kind, only_accepts }) => [kind, only_accepts])).toEqual(
      expect.arrayContaining([
        ['pagerduty', true],
        ['slack', undefined],
      ]),
    )
  })
})

describe('POST /api/receivers/{id}/test', () => {
  it.each([
    ['slack', 200, 'delivered', 'It has the message.'],
    ['telegram', 200, 'delivered', 'It has the message.'],
    ['pagerduty', 202, 'accepted', 'It took the message in; look there whether it arrived.'],
  ])('sends %s a message that says that it is a test', async (kind, status, outcome, detail) => {
    const world = await start()
    world.receiver = () => new Response(null, { status })
    const { status: answered, body } = await test(world, kind)
    const id = await idOf(world, kind)
    expect([answered, body]).toEqual([200, { success: true, id, kind, outcome, status, detail }])
    expect(world.sent[0]?.body).toContain('this is a test')
    expect(world.logs.some(line => line.includes('"receiver_test"') && line.includes(outcome))).toBe(true)
    // It is no delivery, and stands nowhere.
    expect((await list(world)).receivers.every(({ state }) => state === 'unused')).toBe(true)
  })

  it.each(['pagerduty', 'alertmanager'])('leaves no incident open at %s', async kind => {
    const world = await start()
    world.receiver = () => new Response(null, { status: 202 })
    await test(world, kind)
    const [begun, ended] = world.sent.map(({ body }) => JSON.parse(body))
    if (kind === 'pagerduty') expect([begun.event_action, ended.event_action]).toEqual(['trigger', 'resolve'])
    if (kind === 'pagerduty') expect(begun.dedup_key).toBe(ended.dedup_key)
    else expect(begun[0].labels).toEqual(ended[0].labels)
    expect(world.sent.length).toBe(2)
  })

  it.each<[string, () => Response | Promise<Response>, string, number | null, RegExp]>([
    ['gone', () => new Response('no_service', { status: 404 }), 'refused', 404, /does not exist any more.*no_service/],
    ['busy', () => new Response(null, { status: 429 }), 'refused', 429, /too many messages/],
    ['sick', () => new Response(null, { status: 500 }), 'refused', 500, /a fault on its side/],
    ['away', () => Promise.reject(new TypeError('x')), 'unreachable', null, /the connection failed/],
  ])('says what came of it when the receiver is %s', async (_, receiver, outcome, status, detail) => {
    const world = await start()
    world.receiver = receiver
    const { status: answered, body } = await test(world, 'slack')
    expect(answered).toBe(200)
    expect(body).toMatchObject({ success: false, outcome, status, detail: expect.stringMatching(detail) })
    const before = world.sent.length
    await world.run(world.now + 3600)
    expect(world.sent.length).toBe(before)
  })

  it('falls back to plain text where the rich body is refused', async () => {
    const world = await start()
    world.receiver = ({ body }) => new Response(null, { status: body.includes('blocks') ? 400 : 200 })
    expect((await test(world, 'slack')).body).toMatchObject({ success: true, outcome: 'delivered' })
    expect(world.sent.length).toBe(2)
  })

  it('comes once in ten seconds to each receiver', async () => {
    const world = await start()
    expect((await test(world, 'slack')).status).toBe(200)
    world.now += 4
    const { status, body, raw } = await test(world, 'slack')
    expect([status, body.code, body.success, raw.headers.get('retry-after')]).toEqual([
      429,
      'too_many_tests',
      false,
      '6',
    ])
    expect((await test(world, 'telegram')).status).toBe(200)
    world.now += 6
    expect((await test(world, 'slack')).status).toBe(200)
  })

  it.each(['slack-00000000', 'x', '%2f', 'slack'])('knows no receiver %s', async id => {
    const world = await start()
    const { status, body } = await world.call<Problem>(`POST /api/receivers/${id}/test`)
    expect([status, body.code]).toEqual([404, 'unknown_receiver'])
    expect(world.sent).toEqual([])
  })
})
