import { expect, it, vi } from 'vitest'
import { BrakeLife, LIMIT } from './brakeLife.ts'

const HOUR_MS = 3_600_000
const MIDNIGHT = Date.UTC(2027, 2, 10)

it('tells that it is set also where BRAKE=watch has told on the same day that it would be', async () => {
  const life = new BrakeLife(MIDNIGHT + 10 * HOUR_MS, {
    BRAKE: 'watch',
    PREMIUM_TIER_LIMIT: String(LIMIT),
    ALERT_WEBHOOK_URL: 'https://a.example/x',
  })
  life.users = ['proj_a']
  life.usage = at => (at < MIDNIGHT + 24 * HOUR_MS ? LIMIT * 0.98 : 0)
  await life.runTo(MIDNIGHT + 12 * HOUR_MS)
  expect([life.sent, life.written]).toEqual([['would_set limit'], []])
  life.deploy({ BRAKE: 'on' })
  await life.runTo(MIDNIGHT + 13 * HOUR_MS)
  expect(life.sent).toEqual(['would_set limit', 'set limit'])
  await life.runTo(MIDNIGHT + 26 * HOUR_MS)
  expect(life.sent).toEqual(['would_set limit', 'set limit', 'released reset'])
})

it('is tried again soon where OpenAI fails after the owner who released it has got his answer', async () => {
  const start = MIDNIGHT + 10 * HOUR_MS
  const life = new BrakeLife(start, { BRAKE: 'on', PREMIUM_TIER_LIMIT: String(LIMIT) })
  life.users = ['proj_a']
  life.usage = () => LIMIT * 0.98
  await life.runTo(start + HOUR_MS)
  expect(life.rows()).toBe(1)
  const { promise, resolve } = Promise.withResolvers<void>()
  life.slow = promise
  life.fault = 'unreachable'
  await life.change('release')
  expect(life.present.get('proj_a')?.mode).toBe('deny_list')
  life.armedFor = null
  resolve()
  await vi.waitFor(() => expect(life.armedFor).toBeLessThan(life.now + 60_000))
})
