import type { UsageAnswer } from '../engine/loadProduct.ts'
import type { World } from '../world/world.ts'
import { checkAlerts } from './checkAlerts.ts'
import { checkDeliveries } from './checkDeliveries.ts'
import { checkForesight } from './checkForesight.ts'
import { checkBudget } from './checkGrown.ts'
import { checkHeartbeat } from './checkHeartbeat.ts'
import { checkHistory } from './checkHistory.ts'
import { checkNotices } from './checkNotices.ts'
import { checkRest } from './checkRest.ts'
import { checkSnapshots } from './checkSnapshots.ts'
import { checkWatch } from './checkWatch.ts'
import { type Failure, Findings } from './failure.ts'
import { DAY, dateText, midnightOf, type TierTruth, truthOf } from './truth.ts'

/** Three quiet hours after the last fault: everything owed is done and every figure is exact. */
export async function checkSettled(world: World): Promise<Failure[]> {
  const findings = new Findings()
  await atRest(world)
  await checkTotals(world, findings)
  await checkHistory(world, findings)
  await checkRest(world, findings)
  checkSnapshots(world, findings)
  checkAlerts(world, findings)
  checkDeliveries(world, findings)
  checkWatch(world, findings)
  checkNotices(world, findings)
  checkForesight(world, findings)
  checkHeartbeat(world, findings)
  checkFrames(world, findings)
  checkMended(world, findings)
  checkConduct(world, findings)
  return findings.failures
}

/** A look in the middle of a poll would see the poll, not its result. */
export async function atRest(world: World): Promise<void> {
  for (let tries = 0; world.platform.alarmRunning && tries < 100; tries++) await world.until(world.timeline.now + 2000)
}

export async function checkTotals(world: World, findings: Findings): Promise<void> {
  const now = world.timeline.now / 1000
  const today = dateText(now)
  const truth = truthOf(world.ledger, midnightOf(today), now + 1, now)
  const text = await world.platform.call(object => object.usageText())
  const usage = text === null ? null : (JSON.parse(text) as UsageAnswer)
  findings.equal('totals', usage?.date, today, () => 'usage().date')
  for (const tier of ['premium', 'mini'] as const) {
    const seen = usage?.[tier]
    const shown: TierTruth | null = seen
      ? {
          tokens: seen.tokens_used,
          input: seen.input_tokens,
          output: seen.output_tokens,
          cached: seen.cached_tokens,
          requests: seen.requests,
          free: seen.free_tokens,
          billed: seen.billed_tokens,
        }
      : null
    findings.equal('totals', shown, truth[tier], () => `usage().${tier}`)
  }
  findings.equal('totals', usage?.stale, false, () => 'usage().stale')
  const status = await world.platform.call(object => object.status())
  for (const date of status?.open_days ?? []) {
    const must = truthOf(world.ledger, midnightOf(date), midnightOf(date) + DAY, now)
    const models = await world.platform.call(object => object.models(date))
    const sum = (tier: string) =>
      models?.models.filter(model => model.tier === tier).reduce((total, model) => total + model.total_tokens, 0)
    findings.equal(
      'models',
      [sum('premium'), sum('mini')],
      [must.premium.tokens, must.mini.tokens],
      () => `models(${date})`,
    )
  }
}

/** The cron trigger wakes the object that was started anew. */
const MENDED_WITHIN_MS = 330_000

/** A key that was put right is tried at once, however often the wrong one was refused. */
function checkMended({ scenario, openai }: World, findings: Findings): void {
  const mended = scenario.ops.find(op => op.kind === 'lasting' && op.fault.kind === 'key')
  if (mended === undefined || !('until' in mended)) return
  const wait = (openai.requestTimes.find(at => at >= mended.until) ?? Number.POSITIVE_INFINITY) - mended.until
  findings.expect('patience', wait <= MENDED_WITHIN_MS, () => `the mended key was tried after ${wait} ms`)
}

function checkFrames(world: World, findings: Findings): void {
  const now = world.timeline.now / 1000
  const today = midnightOf(dateText(now))
  const truth = truthOf(world.ledger, today, now + 1, now)
  let highest = 0
  const lastOf = new Map<unknown, number>()
  for (const { seq, socket } of world.frames) {
    // What a socket gets first is newer than all that any socket got before it: a page that reconnects never goes back.
    const before = lastOf.get(socket) ?? highest
    findings.expect('frames', seq > before, () => `a socket got frame ${seq} after frame ${before} had gone out`)
    lastOf.set(socket, seq)
    highest = Math.max(highest, seq)
  }
  for (const socket of world.platform.sockets) {
    if (socket.readyState !== 1) continue
    const frames = socket.frames.map(text => JSON.parse(text) as { seq: number; usage?: UsageFrame })
    const last = frames.findLast(frame => frame.usage !== undefined)?.usage
    const shown = [last?.date, last?.premium.tokens_used, last?.mini.tokens_used]
    findings.equal(
      'frames',
      shown,
      [dateText(today), truth.premium.tokens, truth.mini.tokens],
      () => 'last usage frame',
    )
  }
}

interface UsageFrame {
  date: string
  premium: { tokens_used: number }
  mini: { tokens_used: number }
}

/** What must never happen, at any time of the run. */
export function checkConduct(world: World, findings: Findings): void {
  findings.equal('secrets', world.leaks, [], () => 'secrets that got out')
  findings.equal('secrets', world.network.strays, [], () => 'hosts asked that nobody configured')
  findings.equal('rejections', world.rejections, [], () => 'rejections that nobody handled')
  checkBudget(world, findings)
  if (world.wrongTimes.length > 0) return
  checkPatience(world, findings)
  checkLiveness(world, findings)
}

/** Told to wait, it waits. A crash may have come before it could note that. */
function checkPatience(world: World, findings: Findings): void {
  const cuts = [...world.cuts, ...world.points.struck.map(({ at }) => at)]
  for (const { at, until } of world.openai.limits) {
    if (cuts.some(time => time >= at - 200 && time <= until)) continue
    const early = world.openai.requestTimes.find(time => time > at + 300 && time < until - 200)
    findings.expect(
      'patience',
      early === undefined,
      () => `asked at ${early}, though told at ${at} to wait until ${until}`,
    )
  }
}

/** The longest own wait is half an hour, OpenAI's longest wish an hour; a lost alarm costs a watchdog's period more. */
const LONGEST_WAIT_MS = 3_600_000
const WATCHDOG_MS = 700_000

function checkLiveness(world: World, findings: Findings): void {
  const most = Math.max(LONGEST_WAIT_MS, world.scenario.everyMinutes * 60_000) + WATCHDOG_MS
  const lost = world.points.struck.filter(({ call }) => call === 'openai').map(({ at }) => at)
  const asked = [...world.openai.requestTimes, ...lost].sort((a, b) => a - b)
  const times = [world.scenario.start, ...asked, world.timeline.now]
  const dying = dyingSpan(world)
  for (const [index, at] of times.entries()) {
    const before = times[index - 1] ?? at
    const away = world.platform.downTimes.reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(to, at) - Math.max(from, before)),
      0,
    )
    const dead = Math.max(0, Math.min(dying.to, at) - Math.max(dying.from, before))
    findings.expect('liveness', at - before - away - dead <= most, () => `nothing was asked from ${before} to ${at}`)
  }
}

/** While the process ended at every call of some kind (true ms). Nobody can ask anything then. */
function dyingSpan({ points, scenario }: World): { from: number; to: number } {
  const ever = scenario.ops.some(op => op.kind === 'strike' && op.ever === true && op.blow.startsWith('crash'))
  const crashes = ever ? points.struck.filter(({ blow }) => blow.startsWith('crash')).map(({ at }) => at) : []
  return { from: crashes[0] ?? Number.POSITIVE_INFINITY, to: crashes.at(-1) ?? Number.NEGATIVE_INFINITY }
}
