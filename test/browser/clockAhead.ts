// The Worker with a clock that is ahead of the machine's by CLOCK_AHEAD_MS: an entry for `wrangler dev` in place of
// src/index.ts. The product reads the time from Date.now alone; the platform's alarms go by the machine's clock.
import { env } from 'cloudflare:workers'
import worker from '../../src/index.ts'
import type { Env } from '../../src/rpc/env.ts'
import { UsageTracker as Tracker } from '../../src/tracker/usageTracker.ts'

const AHEAD_MS = Number((env as unknown as { CLOCK_AHEAD_MS: string }).CLOCK_AHEAD_MS)
const machine = Date.now
Date.now = () => machine() + AHEAD_MS

export class UsageTracker extends Tracker {
  constructor(ctx: DurableObjectState, env: Env) {
    const { storage } = ctx
    const [set, get] = [storage.setAlarm.bind(storage), storage.getAlarm.bind(storage)]
    storage.setAlarm = at => set(Number(at) - AHEAD_MS)
    storage.getAlarm = async () => {
      const at = await get()
      return at === null ? null : at + AHEAD_MS
    }
    super(ctx, env)
  }
}

export default worker
