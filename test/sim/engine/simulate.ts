import { checkBrake } from '../oracle/checkBrake.ts'
import { checkClosed } from '../oracle/checkClosed.ts'
import { checkLasting } from '../oracle/checkLasting.ts'
import { checkReread } from '../oracle/checkReread.ts'
import { checkSettled } from '../oracle/checkSettled.ts'
import type { Failure } from '../oracle/failure.ts'
import { CLOSED_MS, type Scenario, SETTLE_MS, VERY_LATE_MS } from '../scenario/scenario.ts'
import { World } from '../world/world.ts'
import type { TrackerClass } from './loadProduct.ts'

/** How long before it is mended a fault that lasts is looked at. */
const SICK_LOOK_MS = 600_000

export interface RunFigures {
  days: number
  polls: number
  requests: number
  crashes: number
  strikes: number
  faultsServed: number
  alerts: number
  messages: number
  frames: number
  portCalls: number
  /** Calls that a blow can meet before the faults end. */
  callsUntilHeal: number
}

export interface RunResult {
  failures: Failure[]
  figures: RunFigures
  /** Kinds of faults that really met the product. */
  reached: string[]
}

/** One life of the tracker: the faults, the healing, the looks of the oracle. */
export async function simulate(scenario: Scenario, Tracker: TrackerClass, untilSettled = false): Promise<RunResult> {
  const world = new World(scenario, Tracker)
  const onRejection = (error: unknown) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    if (!text.startsWith('Crashed')) world.rejections.push(`${text}\n${error instanceof Error ? error.stack : ''}`)
  }
  process.on('unhandledRejection', onRejection)
  try {
    return await lifeOf(world, scenario, untilSettled)
  } finally {
    process.off('unhandledRejection', onRejection)
    world.close()
  }
}

async function lifeOf(world: World, scenario: Scenario, untilSettled: boolean): Promise<RunResult> {
  const { heal } = scenario
  if (scenario.alphabet === 'brake') return brakeLifeOf(world, heal)
  const failures: Failure[] = []
  const look = async () => void failures.push(...(await checkLasting(world)))
  const isLooked = scenario.ops.some(op => op.kind === 'lasting' && op.fault.kind !== 'key')
  await world.live(isLooked ? { at: heal - SICK_LOOK_MS, look } : null)
  const callsUntilHeal = world.points.calls
  // What D1 refused for good is not tried again until it changes: no healing brings it there.
  const isOver = scenario.ops.some(op => op.kind === 'lasting' && op.fault.kind === 'd1Table' && op.fault.forGood)
  if (isOver) return { failures, figures: { ...figuresOf(world), callsUntilHeal }, reached: reachedBy(world) }
  if (failures.length === 0) {
    await world.until(heal + SETTLE_MS)
    failures.push(...(await checkSettled(world)))
  }
  if (failures.length === 0 && !untilSettled) {
    if (scenario.closesAwake) await world.until(heal + CLOSED_MS)
    else {
      await world.sleepUntil(heal + CLOSED_MS - 3 * 3_600_000)
      await world.until(heal + CLOSED_MS)
    }
    failures.push(...(await checkClosed(world)))
  }
  if (failures.length === 0 && !untilSettled) {
    await world.until(heal + VERY_LATE_MS + 1000)
    failures.push(...(await checkReread(world)))
  }
  return { failures, figures: { ...figuresOf(world), callsUntilHeal }, reached: reachedBy(world) }
}

/** In the quiet hours after the first reset that comes after the last fault. */
const BRAKE_LOOK_MS = 4 * 3_600_000

async function brakeLifeOf(world: World, heal: number): Promise<RunResult> {
  await world.live()
  const callsUntilHeal = world.points.calls
  await world.until(Math.ceil(heal / 86_400_000) * 86_400_000 + BRAKE_LOOK_MS)
  const failures = await checkBrake(world)
  return { failures, figures: { ...figuresOf(world), callsUntilHeal }, reached: reachedBy(world) }
}

function figuresOf(world: World): Omit<RunFigures, 'callsUntilHeal'> {
  const { timeline, scenario, openai, platform, points, receivers } = world
  return {
    days: (timeline.now - scenario.start) / 86_400_000,
    polls: openai.walks.filter(walk => walk.width === '1d').length,
    requests: openai.requests,
    crashes: platform.crashes,
    strikes: points.struck.length,
    faultsServed: [...openai.faultsServed.values()].reduce((sum, count) => sum + count, 0),
    alerts: world.disk.read<{ n: number }>('SELECT count(*) AS n FROM alert_book')[0]?.n ?? 0,
    messages: receivers.arrivals.filter(arrival => arrival.taken).length,
    frames: world.frames.length,
    portCalls: points.calls,
  }
}

function reachedBy(world: World): string[] {
  return [
    ...[...world.openai.faultsServed.keys()].map(fault => `upstream ${fault}`),
    ...world.points.struck.map(({ call, blow }) => `${blow} at ${call}`),
    ...world.scenario.ops.map(op => `op ${op.kind}`),
    ...(world.d1.lateActs > 0 ? ['d1 acted late'] : []),
  ]
}
