import { expect, it } from 'vitest'
import type { ReadResult } from '../../../src/openai/readUsage.ts'
import type { Ports } from '../../../src/tracker/ports.ts'
import { Tracker } from '../../../src/tracker/tracker.ts'
import { plainSql } from './plainSql.ts'
import { configOf, groupOf, NOON_S } from './sampleMemory.ts'

const HOUR_MS = 3_600_000
const DAY_S = 86_400

it('costs that a wake had no time for, because somebody polled, are read soon and not with the next poll', async () => {
  const config = configOf({ POLL_CRON: '0 * * * *', POLL_COOLDOWN_SECONDS: '0' })
  let now = NOON_S * 1000
  let [costReads, isBusy] = [0, false]
  let polled: Promise<unknown> | null = null
  const ports: Ports = {
    ...{ sql: plainSql(), now: () => now, random: () => 0.5, config: () => config },
    readUsage: async (_, { width, start, end }): Promise<ReadResult> => {
      // A poll takes the budget of the wake: what that still wanted to read is left over.
      if (isBusy && width === '1h') polled ??= tracker.pollNow()
      // All of a day is used in its first hour.
      const buckets = []
      for (let at = start - (start % DAY_S); at < (end ?? now / 1000); at += DAY_S)
        if (at >= start) buckets.push({ start: at, groups: [groupOf({ input: 1 })] })
      return { ok: true, reading: { buckets, spoiled: [], requests: 1, simulated: false } }
    },
    readCosts: async () => {
      costReads++
      return { ok: true, days: [], spoiled: [], requests: 1, simulated: false }
    },
    readProjects: async () => ({ ok: true, names: [], complete: true, requests: 1 }),
    readUsers: async () => ({ ok: true, names: [], complete: true, requests: 1 }),
    readPolicy: async () => ({ ok: true, policy: null, isStated: true, requests: 1 }),
    writePolicy: async () => ({ ok: true, requests: 1 }),
    readKeys: async () => ({ ok: true, keys: [], owners: [], complete: true, requests: 1 }),
    writeHistory: async entries => ({ rowsWritten: entries.length, rowsRead: 0, statements: 1 }),
    sendWebhook: async () => ({ outcome: 'delivered', status: 200 }),
    sendHeartbeat: async () => ({ ok: true, status: 200 }),
    broadcast: () => {},
    connections: () => 0,
    log: () => {},
  }
  const tracker = new Tracker(ports, () => {})
  /** Wakes when the alarm would. */
  const runTo = async (until: number) => {
    for (let next = now; next <= until; next = Math.max(now + 1000, Math.min(...tracker.dues()))) {
      now = next
      await tracker.wake()
    }
  }
  await runTo(NOON_S * 1000 + HOUR_MS / 2)
  now = NOON_S * 1000 + HOUR_MS
  const before = costReads
  isBusy = true
  await tracker.wake()
  await polled
  expect([polled === null, costReads]).toEqual([false, before])
  const after = Math.min(...tracker.dues())
  expect(after).toBeLessThanOrEqual(now + 60_000)
  now = after
  await tracker.wake()
  expect(costReads).toBe(before + 1)
})
