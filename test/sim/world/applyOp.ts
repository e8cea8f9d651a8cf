import type { Op } from '../scenario/scenario.ts'
import { isUpstreams, type LastingFault } from './lastingFault.ts'
import { ADMIN_KEY, type World } from './world.ts'

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
    case 'permissions':
      world.permissions.fault = op.fault
      world.permissions.faultShare = op.share
      end(() => {
        world.permissions.fault = null
      })
      break
    case 'd1':
      d1.fault = op.fault
      end(() => {
        d1.fault = null
      })
      break
    case 'lasting':
      begin(world, op.fault)
      end(() => mend(world, op.fault))
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

const BAD_KEY = 'sk-admin-canarysecrett'

function begin(world: World, fault: LastingFault): void {
  const { openai, d1, receivers } = world
  if (isUpstreams(fault)) openai.lasting = fault
  else if (fault.kind === 'receiver') receivers.modes[fault.receiver] = fault.mode
  else if (fault.kind === 'key') world.setKey(BAD_KEY)
  else if (fault.kind === 'noReceiver') world.configure({ receivers: [] })
  else d1.lasting = fault
}

function mend(world: World, fault: LastingFault): void {
  const { openai, d1, receivers } = world
  if (fault.kind === 'key') world.setKey(ADMIN_KEY)
  if (fault.kind === 'noReceiver') world.configure({ receivers: world.scenario.settings.receivers })
  openai.lasting = null
  d1.lasting = null
  if (fault.kind === 'receiver') receivers.modes[fault.receiver] = 'ok'
  if (fault.kind === 'd1Unmigrated') d1.migrate()
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
    case 'noPolicyForm':
      world.permissions.form = op.form
      return true
    case 'owner':
      world.permissions.edit(op.project, op.edit)
      return true
    default:
      return false
  }
}

function askHeadroom(world: World, tier: 'premium' | 'mini'): void {
  const { platform, headrooms, timeline } = world
  void platform
    .call(object => object.headroom(tier, 1000))
    .then(headroom => headroom !== null && headrooms.push({ at: timeline.now, headroom }))
}

function actOnBrake(world: World, act: 'set' | 'release'): void {
  const { platform, timeline, brakeActs } = world
  void platform
    .call(object => object.changeBrake(act, ['premium', 'mini']))
    .then(answer => brakeActs.push({ at: timeline.now, act, took: answer?.ok === true }))
}

function ask(world: World, op: Op): void {
  const { platform } = world
  const tell = (method: 'watch' | 'poll' | 'usageText' | 'status' | 'ready') =>
    void platform.call<unknown>(object => object[method]()).then(answer => world.note(answer))
  if (op.kind === 'poll') tell('poll')
  if (op.kind === 'look') for (const method of ['watch', 'usageText', 'status', 'ready'] as const) tell(method)
  if (op.kind === 'look') for (const tier of ['premium', 'mini'] as const) askHeadroom(world, tier)
  if (op.kind === 'brake') actOnBrake(world, op.act)
  if (op.kind === 'connect') void world.connect(op.broken)
  if (op.kind === 'reconcile') {
    const date = new Date(world.timeline.now - op.daysAgo * 86_400_000).toISOString().slice(0, 10)
    void platform.call(object => object.reconcile(date)).then(answer => world.note(answer))
  }
}
