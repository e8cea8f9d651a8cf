import type { Op } from '../scenario/scenario.ts'
import type { World } from './world.ts'

/** Lets something happen; what lasts ends by itself. */
export function applyOp(world: World, op: Op): void {
  if ('until' in op) applyState(world, op)
  else if (!applyMoment(world, op)) ask(world, op)
}

function applyState(world: World, op: Extract<Op, { until: number }>): void {
  const { timeline, openai, d1, receivers, platform } = world
  // A shrunk or shifted state may have nothing left of it.
  if (op.until <= timeline.now) return
  const end = (undo: () => void) => timeline.at(op.until, undo)
  switch (op.kind) {
    case 'upstream':
      openai.fault = op.fault
      openai.faultShare = op.share
      end(() => {
        openai.fault = null
      })
      break
    case 'd1':
      d1.fault = op.fault
      end(() => {
        d1.fault = null
      })
      break
    case 'receiver':
      receivers.modes[op.receiver] = op.mode
      end(() => {
        receivers.modes[op.receiver] = 'ok'
      })
      break
    case 'clock':
      world.jump(op.skew)
      end(() => world.jump(0))
      break
    case 'down':
      world.cuts.push(timeline.now)
      platform.goDown(true)
      end(() => platform.goDown(false))
      break
  }
}

/** False where the op is a request. */
function applyMoment(world: World, op: Op): boolean {
  const { timeline, platform, points } = world
  switch (op.kind) {
    case 'strike':
      platform.losesUnflushed = op.loses
      points.arm(op.nth, op.blow, op.only, op.ever)
      return true
    case 'crash':
      platform.losesUnflushed = op.loses
      world.cuts.push(timeline.now)
      platform.crash()
      return true
    case 'evict':
      world.cuts.push(timeline.now)
      platform.evict()
      return true
    case 'loseAlarm':
      platform.loseAlarm()
      return true
    case 'configure':
      world.configure(op.change)
      return true
    case 'migrate':
      world.d1.migrate()
      return true
    default:
      return false
  }
}

function ask(world: World, op: Op): void {
  const { platform } = world
  const tell = (method: 'watch' | 'poll' | 'usage' | 'status' | 'ready') =>
    void platform.call<unknown>(object => object[method]()).then(answer => world.note(answer))
  if (op.kind === 'poll') tell('poll')
  if (op.kind === 'look') for (const method of ['watch', 'usage', 'status', 'ready'] as const) tell(method)
  if (op.kind === 'connect') void world.connect(op.broken)
  if (op.kind === 'reconcile') {
    const date = new Date(world.timeline.now - op.daysAgo * 86_400_000).toISOString().slice(0, 10)
    void platform.call(object => object.reconcile(date)).then(answer => world.note(answer))
  }
}
