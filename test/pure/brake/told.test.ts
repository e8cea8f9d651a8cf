import { expect, it } from 'vitest'
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
