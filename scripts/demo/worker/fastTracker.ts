// The Worker with a clock that runs fast: an entry for `wrangler dev` in the place of src/index.ts. The product reads the time from
// Date.now alone; the platform's alarms go by the machine's clock.
import { env } from 'cloudflare:workers'
import worker from '../../../src/index.ts'
import type { Env } from '../../../src/rpc/env.ts'
import { UsageTracker as Tracker } from '../../../src/tracker/usageTracker.ts'
import { readClock } from '../demoClock.ts'

const machine = Date.now
const clock = readClock((env as unknown as { DEMO_CLOCK: string }).DEMO_CLOCK)
Date.now = () => clock.played(machine())

export class UsageTracker extends Tracker {
  constructor(ctx: DurableObjectState, env: Env) {
    const { storage } = ctx
    const [set, get] = [storage.setAlarm.bind(storage), storage.getAlarm.bind(storage)]
    storage.setAlarm = at => set(clock.machine(Number(at)))
    storage.getAlarm = async () => {
      const at = await get()
      return at === null ? null : clock.played(at)
    }
    super(ctx, env)
  }
}

export default worker
