import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { anyBytes, anyText } from '../../pure/fuzz/anyBytes.ts'
import { anyVars } from '../../pure/fuzz/anyVars.ts'
import { fuzzed, fuzzTimeout } from '../../pure/fuzz/fuzzed.ts'
import { spoiledPage } from '../../pure/fuzz/spoiledPage.ts'
import { ADMIN_KEY, MIDNIGHT, World } from '../tracker/world.ts'
import { leakWatch } from './leakWatch.ts'

// The object under bytes from outside: whatever comes, its alarm stays set, and the next good poll is exact.

afterEach(World.end)

const HOUR_S = 3600
const MOST_REQUESTS_A_POLL = 250

/** Idle, the object wakes by itself: within an hour, or at the slot of a rarer POLL_CRON, but never not at all. */
async function expectArmed(world: World, withinS = HOUR_S): Promise<void> {
  const alarmAt = (await world.alarmAt()) ?? 0
  expect(alarmAt > world.now * 1000 && alarmAt <= (world.now + withinS) * 1000, `the alarm is at ${alarmAt}`).toBe(true)
}

const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.integer({ min: 200, max: 599 }).filter(code => ![204, 205, 304].includes(code)) },
)
const answer = fc.record({
  status,
  headers: fc.dictionary(
    fc.constantFrom('content-type', 'retry-after', 'retry-after-ms', 'x-request-id', 'x-openai-simulator'),
    fc.constantFrom('', '0', '-1', '1e999', '99999999', 'text/html', 'Fri, 31 Dec 9999 23:59:59 GMT', 'req_1'),
  ),
  body: fc.oneof({ weight: 4, arbitrary: spoiledPage(MIDNIGHT) }, { weight: 1, arbitrary: anyBytes }),
})

describe('an upstream that sends anything', () => {
  it(
    'costs no alarm, no 500 and no token: the next sound answer is exact',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 5 }), async answers => {
          const world = await World.make({ vars: { POLL_COOLDOWN_SECONDS: '0' } })
          world.use({ at: MIDNIGHT + 60, input: 1000, output: 7 })
          await world.polled()
          for (const { body, ...init } of answers) {
            world.now += HOUR_S + 1
            world.asked = []
            world.upstream = () => new Response(body, init)
            const polled = await world.poll()
            expect(init.status === 200 ? [200, 502] : [429, 502]).toContain(polled.status)
            await world.settle()
            expect(world.asked.length).toBeLessThan(MOST_REQUESTS_A_POLL)
            await expectArmed(world)
          }
          expect((await world.status()).state).not.toBe('unconfigured')
          world.upstream = () => null
          world.now += HOUR_S + 1
          await world.polled()
          expect((await world.usage()).premium.tokens_used).toBe(1007)
          await expectArmed(world)
        }),
        fuzzed(8),
      )
    },
    fuzzTimeout(),
  )
})

describe('variables of any sort', () => {
  it(
    'leave the object polling, answering and armed',
    async () => {
      // The upstream of this test has an address of its own; everything else may be anything.
      const vars = anyVars.map(({ OPENAI_BASE_URL: _, OPENAI_PROJECT_IDS: __, ...rest }) => rest)
      await fc.assert(
        fc.asyncProperty(vars, async given => {
          const world = await World.make({ vars: { ...given, OPENAI_ADMIN_KEY: ADMIN_KEY, AUTH_MODE: 'open' } })
          world.receiver = () => new Response('', { status: 503 })
          world.use({ at: MIDNIGHT + 60, input: 999_999_999 })
          await world.polled()
          for (const path of ['usage', 'status', 'alerts', 'models', 'history?days=1']) {
            expect((await world.call(`GET /api/${path}`)).status, path).toBe(200)
          }
          expect((await world.usage()).premium.tokens_used + (await world.usage()).mini.tokens_used).toBe(999_999_999)
          await expectArmed(world, 24 * HOUR_S)
          // Values that were drawn are no secrets: half of them are words of our own.
          await leakWatch.leaks()
        }),
        fuzzed(8),
      )
    },
    fuzzTimeout(),
  )
})

const frame = fc.oneof(
  anyText.map(text => text.toWellFormed()),
  anyBytes,
  fc.constantFrom('ping', 'ping ', 'PING', '{"type":"ping"}'),
  fc.integer({ min: 1, max: 200 }).map(kib => 'x'.repeat(kib * 1024)),
)

describe('a socket that says anything', () => {
  it(
    'is closed by 1008 at the first word that is not ping, and nobody else is disturbed',
    async () => {
      const world = await World.make({ vars: { POLL_COOLDOWN_SECONDS: '0' } })
      const bystander = await world.connect()
      await fc.assert(
        fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async frames => {
          const talker = await world.connect()
          for (const text of frames) talker.socket.send(text)
          const isPolite = frames.every(text => text === 'ping')
          await talker.until(() => talker.closed !== null || talker.texts.length > frames.length, 'an answer')
          expect(talker.closed?.code ?? null).toBe(isPolite ? null : 1008)
          talker.socket.close()
          world.now += 1
          const before = bystander.of('usage').length
          await world.polled()
          await bystander.until(() => bystander.of('usage').length > before, 'the bystander')
          await expectArmed(world)
        }),
        fuzzed(8),
      )
      expect(bystander.closed).toBeNull()
      expect((await world.status()).connections).toBe(1)
    },
    fuzzTimeout(),
  )

  it('may flood: a thousand pings are a thousand pongs, two thousand words are one close', async () => {
    const world = await World.make()
    const [pinging, flooding] = [await world.connect(), await world.connect()]
    for (let n = 0; n < 1000; n++) pinging.socket.send('ping')
    for (let n = 0; n < 2000 && flooding.closed === null; n++) flooding.socket.send(`word ${n}`)
    await pinging.until(() => pinging.texts.filter(text => text === 'pong').length === 1000, 'the pongs')
    await flooding.until(() => flooding.closed !== null, 'the close')
    expect(flooding.closed?.code).toBe(1008)
    await world.polled()
    await pinging.until(() => pinging.of('usage').length > 0, 'the poll')
    await expectArmed(world)
  })
})
