import { type ClockSettings, demoClock, writeClock } from '../../scripts/demo/demoClock.ts'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { AlertsView, BrakeView, StatusView } from '../../src/wire.ts'
import { isSame, type OwnerEdit, ownersAfter, type Policy, presentAfter, shown } from '../sim/world/policyEdits.ts'
import type { Findings } from './harness/findings.ts'
import { ROOT } from './harness/processGroup.ts'
import { Product } from './harness/product.ts'
import { startReceiver } from './harness/receiver.ts'
import { seededRandom } from './harness/seededRandom.ts'
import { sleep, until } from './harness/until.ts'

const NIGHTS = Number(process.env.NIGHTS || (process.env.CI ? 1 : 5))
const SEED = Number(process.env.SEED || 20_261_201)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** So many times as fast as life: what waits a quarter of an hour waits 7.5 s. */
const SPEED = 120
/** For about as long as a start takes the clock stands still, so that a busy machine does not miss the evening. */
const FIRST_START_MS = 5_000
const STILL = 0.8
const POLL_MS = 2 * MINUTE_MS
/** How often the brake looks whether others have changed a policy. */
const LOOKS_EVERY_MS = 10 * MINUTE_MS
/** What a busy machine and a few tries after a fault add: five seconds of life. */
const SLACK_MS = 10 * MINUTE_MS
const LATE_WRITE_MS = MINUTE_MS
const LIMIT = 1_000_000
const MODEL = 'gpt-4o-2024-08-06'
const PROJECTS: Record<string, Policy> = {
  proj_allow: { mode: 'allow_list', models: [MODEL, 'gpt-4o', 'gpt-5-mini', 'whisper-1'] },
  proj_deny: { mode: 'deny_list', models: ['sora-2'] },
  proj_none: null,
}
/** Of BRAKE_PROJECTS it is not. */
const OTHER = 'proj_other'
const PATH = '/v1/organization/projects/proj_'
const FAULTS = ['lost-write', 'late-write', '503', 'reset', '404', 'html-200'] as const
const EDITS: readonly OwnerEdit[] = [
  { kind: 'deny', model: 'whisper-1' },
  { kind: 'permit', model: 'whisper-1' },
  { kind: 'replace', policy: { mode: 'deny_list', models: ['dall-e-3'] } },
  { kind: 'replace', policy: { mode: 'allow_list', models: [MODEL, 'gpt-5-mini'] } },
  { kind: 'delete' },
]

/** kill -9 over nights with the brake: while it is set, while it stands, around 00:00 UTC and while it is released, on a clock that runs fast and is moved. */
export default async function brake(found: Findings): Promise<void> {
  found.note(`SEED=${SEED} NIGHTS=${NIGHTS}`)
  const random = seededRandom(SEED)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const firstEvening = Math.floor(Date.now() / DAY_MS) * DAY_MS - 7 * DAY_MS + 21 * HOUR_MS
  let clock: ClockSettings = { from: Date.now(), start: firstEvening, speed: 0 }
  const now = () => demoClock(clock).played(Date.now())
  const simulator = await startSimulator({ empty: true, now })
  const receivers = [await startReceiver(), await startReceiver()]
  const ids = Object.keys(PROJECTS)
  const product = new Product(
    {
      OPENAI_BASE_URL: simulator.baseUrl,
      POLL_CRON: '*/2 * * * *',
      PREMIUM_TIER_LIMIT: String(LIMIT),
      BRAKE: 'on',
      BRAKE_PROJECTS: ids.join(','),
      ALERTS: 'brake',
      ALERT_WEBHOOK_URL: receivers.map(({ url }) => url).join(','),
    },
    undefined,
    `${ROOT}/scripts/demo/worker/fastTracker.ts`,
  )
  const owners = new Map<string, Policy>()
  for (const [id, policy] of Object.entries({ ...PROJECTS, [OTHER]: { mode: 'deny_list' as const, models: ['o3'] } })) {
    simulator.change({ kind: 'project', id, name: id })
    simulator.setPolicy(id, policy)
    owners.set(id, policy)
  }
  const kills: number[] = []
  const offences: string[] = []
  const lies: string[] = []
  let [silent, looks, edits, faults, aimed] = [0, 0, 0, 0, 0]
  let startMs = FIRST_START_MS
  /** Since when the tracker is up and has asked OpenAI (true ms); null while it is down. */
  let wellSince: number | null = null
  /** Of this night (ms of the moved clock). */
  let midnight = 0
  let reachedAt = Number.POSITIVE_INFINITY
  const watched = new Map(ids.map(id => [id, { at: now(), wrong: 0, wasBraked: false, editedAt: 0 }]))
  const watch = setInterval(watchPolicies, 40)
  try {
    await product.migrate()
    for (let night = 0; night < NIGHTS; night++) await live(firstEvening + night * DAY_MS)
    clearInterval(watch)
    found.equal(`after each of ${kills.length} kills the alarm goes on without any request`, silent, 0)
    found.note(
      `${aimed} kills at a request for permissions, ${faults} faults, ${edits} changes by owners, ${looks} looks at what it says`,
    )
    found.equal(
      'no chosen project was unbraked between limit and reset, or braked after it, for longer than faults last',
      offences,
      [],
    )
    found.equal('what /api/brake and /api/status said was so at each look', lies, [])
    await judgeMessages()
  } finally {
    clearInterval(watch)
    await product.end()
    await Promise.all([...receivers.map(receiver => receiver.close()), simulator.close()])
  }

  /** One evening and the hour after it. */
  async function live(evening: number): Promise<void> {
    midnight = (Math.floor(evening / DAY_MS) + 1) * DAY_MS
    reachedAt = Number.POSITIVE_INFINITY
    await start(evening)
    await until(() => simulator.requests().some(({ time }) => time >= evening), 20_000, 20)
    for (const project of [...ids, OTHER]) use(project, 100_000)
    await look()
    for (const project of [...ids, OTHER]) use(project, 150_000)
    reachedAt = now()
    await killAtRequest()
    if (NIGHTS > 1) {
      await start()
      breakSomething()
      await sleep(random() * 2_500)
      await kill()
    }
    await start()
    if (random() < 0.5) breakSomething()
    found.check('it is set in every chosen project', await until(isSetEverywhere, 20_000, 100), await said())
    await sleep(random() * 1_000)
    await look()
    await kill()
    await ownersChange()
    await start()
    found.check('and what owners undo is set again', await until(isSetEverywhere, 20_000, 100), await said())
    await kill()
    // Asleep until shortly before the reset.
    await start(midnight - (2 + random() * 6) * MINUTE_MS)
    if (NIGHTS > 1) {
      await until(() => now() > midnight - 2 * MINUTE_MS, 20_000, 20)
      await sleep(random() * 2_000)
      await kill()
      await ownersChange()
      await start(midnight - MINUTE_MS)
    }
    if (random() < 0.5) breakSomething()
    await until(() => now() > midnight, 20_000, 10)
    await killAtRequest()
    if (random() < 0.5) await ownersChange()
    await start()
    await sleep(random() * 2_000)
    await look()
    const rests = async () => (await product.get<BrakeView>('/api/brake')).projects.length === 0
    found.check('after the reset nothing of it is left to do', await until(rests, 40_000, 200), await said())
    await look()
    const view = await product.get<BrakeView>('/api/brake')
    const status = await product.get<StatusView>('/api/status')
    found.equal(
      'it is armed again, and says so',
      [view.state, status.brake],
      ['armed', { mode: 'on', state: 'armed', failing: 0, error: null }],
    )
    for (const [id, policy] of owners) {
      const present = presentOf(id)
      found.check(`the policy of ${id} is what its owner made it`, isSame(present, policy), [
        shown(present),
        shown(policy),
      ])
    }
    const delivered = async () => (await product.get<StatusView>('/api/status')).deliveries.pending === 0
    found.check('every message is delivered', await until(delivered, 30_000))
    if (evening < firstEvening + (NIGHTS - 1) * DAY_MS) await kill()
  }

  /** `at`: the clock is moved to then, never back. Nothing is asked of it before OpenAI hears from it: its alarm has to do that. */
  async function start(at = 0): Promise<void> {
    const startedAt = Date.now()
    clock = { from: startedAt + startMs * STILL, start: Math.max(now(), at), speed: SPEED }
    product.vars.DEMO_CLOCK = writeClock(clock)
    const { requests } = simulator.state()
    // In a fresh folder there is no alarm yet.
    const isFresh = kills.length === 0
    await product.start()
    if (isFresh) await product.ready()
    if (!(await until(() => simulator.state().requests > requests, 30_000, 10))) silent += 1
    wellSince = Date.now()
    startMs = wellSince - startedAt
  }

  async function kill(): Promise<void> {
    wellSince = null
    await product.kill()
    kills.push(Date.now())
    simulator.clearFaults()
  }

  /** While the brake reads, writes or reads back. */
  async function killAtRequest(): Promise<void> {
    const before = permissionRequests()
    const wanted = 1 + Math.floor(random() * 3 * ids.length)
    if (await until(() => permissionRequests() >= before + wanted, 4_000, 1)) aimed += 1
    await sleep(random() * 12)
    await kill()
  }

  function permissionRequests(): number {
    return simulator.requests().filter(({ path }) => path.startsWith(PATH)).length
  }

  function breakSomething(): void {
    simulator.fault(pick(FAULTS), { count: 1 + Math.floor(random() * 3), path: PATH, after: Math.floor(random() * 4) })
    faults += 1
  }

  /** While the tracker is down, and nothing that it wrote is still on its way: there is no conditional write at OpenAI. */
  async function ownersChange(): Promise<void> {
    await sleep(LATE_WRITE_MS / SPEED + 100)
    for (const id of ids) {
      if (random() < 0.3) continue
      // What goes from an allow list before its release was seen cannot be told from what the brake took.
      const mayReplace = isBraked(id)
      const edit = pick(EDITS.filter(each => mayReplace || each.kind !== 'replace' || each.policy.mode === 'deny_list'))
      const present = presentOf(id)
      owners.set(id, ownersAfter(owners.get(id) ?? null, present, edit))
      simulator.setPolicy(id, presentAfter(present, edit))
      const { wasBraked: _, ...of } = watched.get(id) ?? { at: now(), wrong: 0, editedAt: 0 }
      watched.set(id, { ...of, wasBraked: isBraked(id), editedAt: now() })
      edits += 1
    }
  }

  function use(project: string, input: number): void {
    simulator.add({ model: MODEL, project, input, output: 0 })
  }

  function presentOf(id: string): Policy {
    return simulator.policies()[id] ?? null
  }

  function isBraked(id: string): boolean {
    const present = presentOf(id)
    if (present?.mode === 'allow_list') return !present.models.includes(MODEL)
    return [MODEL, 'gpt-4o'].every(model => present?.models.includes(model))
  }

  /** What stands there, or is missing, because of the brake. */
  function partOf(id: string): string[] {
    const [present, own] = [presentOf(id), owners.get(id) ?? null]
    if (present?.mode === 'allow_list') return (own?.models ?? []).filter(model => !present.models.includes(model))
    return (present?.models ?? []).filter(model => !own?.models.includes(model))
  }

  /** Time counts as wrong while the tracker is up and OpenAI well. */
  function watchPolicies(): void {
    const at = now()
    if (!isSame(presentOf(OTHER), owners.get(OTHER) ?? null)) offend(`${OTHER} was changed`)
    for (const id of ids) {
      const of = watched.get(id)
      if (of === undefined) continue
      const braked = isBraked(id)
      const isDay = at > reachedAt && at < midnight
      const isWrong = isDay ? !braked : at > midnight && partOf(id).length > 0
      if (isDay && of.wasBraked && !braked) offend(`${id} was released at ${time(at)}`)
      const counts = wellSince !== null && simulator.state().faults.length === 0
      const wrong = isWrong ? of.wrong + (counts ? at - of.at : 0) : 0
      const longest = 3 * POLL_MS + SLACK_MS + (of.editedAt > midnight - DAY_MS / 2 ? LOOKS_EVERY_MS : 0)
      if (wrong > longest) offend(`${id} was ${braked ? 'braked' : 'unbraked'} at ${time(at)}`)
      watched.set(id, { ...of, at, wrong: wrong > longest ? 0 : wrong, wasBraked: braked })
    }
  }

  function offend(what: string): void {
    if (!offences.includes(what)) offences.push(what)
  }

  async function isSetEverywhere(): Promise<boolean> {
    const { projects } = await look()
    return projects.length === ids.length && projects.every(({ state }) => state === 'set') && ids.every(isBraked)
  }

  /** What it says, against what stands at OpenAI before and after it was asked. */
  async function look(): Promise<BrakeView> {
    looks += 1
    const before = new Map(ids.map(id => [id, { part: partOf(id), braked: isBraked(id), read: lastRead(id) }]))
    const view = await product.get<BrakeView>('/api/brake')
    const status = await product.get<StatusView>('/api/status')
    const again = await product.get<BrakeView>('/api/brake')
    for (const id of ids) {
      const { part, braked, read } = before.get(id) ?? { part: [], braked: false, read: 0 }
      const stays = new Set(partOf(id))
      const row = view.projects.find(each => each.id === id)
      const untold = part.filter(model => stays.has(model) && row?.added.includes(model) !== true)
      if (untold.length > 0) lies.push(`${id} at ${time(now())}: ${untold} is the brake's, and it says ${show(row)}`)
      const changed = (watched.get(id)?.editedAt ?? 0) >= read
      if (row?.state === 'set' && !braked && !isBraked(id) && !changed)
        lies.push(`${id} at ${time(now())} is not braked, and it says so`)
    }
    const failing = view.projects.filter(({ error }) => error !== null).length
    if (JSON.stringify(view) === JSON.stringify(again)) {
      if (status.brake.state !== view.state || status.brake.failing !== failing)
        lies.push(`/api/status says ${show(status.brake)} at ${time(now())}, /api/brake ${show(view)}`)
    }
    return view
  }

  /** When the tracker last asked for a project's policy. */
  function lastRead(id: string): number {
    return (
      simulator
        .requests()
        .findLast(({ path, method }) => method === 'GET' && path.startsWith(`/v1/organization/projects/${id}/model`))
        ?.time ?? 0
    )
  }

  async function said(): Promise<BrakeView['projects']> {
    return (await product.get<BrakeView>('/api/brake')).projects
  }

  async function judgeMessages(): Promise<void> {
    const { alerts } = await product.get<AlertsView>(`/api/alerts?days=${NIGHTS + 1}&kinds=brake`)
    const rows = new Set(alerts.map(({ message_id }) => message_id))
    for (const [index, { received }] of receivers.entries()) {
      const byId = Map.groupBy(received, ({ id }) => id)
      found.equal(
        `receiver ${index + 1} has every alert of the brake, and nothing else`,
        sorted(byId.keys()),
        sorted(rows),
      )
      const causes = Map.groupBy(
        [...byId.values()].flatMap(([first]) => (first === undefined ? [] : [first])),
        ({ event, date, cause }) => `${event} ${date} ${cause}`,
      )
      const dates = Array.from({ length: NIGHTS }, (_, night) => day(firstEvening + night * DAY_MS))
      found.equal(
        'each night it is told once that it is set, and once that it is released',
        sorted([...causes].flatMap(([cause, all]) => (cause.startsWith('failed') ? [] : all.map(() => cause)))),
        sorted(dates.flatMap(date => [`set ${date} limit`, `released ${date} reset`])),
      )
      const needless = [...byId.values()].flatMap(tries =>
        tries.slice(1).filter((later, at) => !kills.some(kill => kill >= (tries[at]?.at ?? 0) && kill <= later.at)),
      )
      found.equal('what came again came after a kill', needless, [])
      found.note(`receiver ${index + 1}: ${byId.size} messages in ${received.length} tries`)
    }
  }
}

function sorted(of: Iterable<string | null>): (string | null)[] {
  return [...of].sort()
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(5, 19)
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
