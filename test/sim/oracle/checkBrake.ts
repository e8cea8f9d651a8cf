import { BRAKE_PROJECTS, BRAKED_MODELS, FREE_MODELS, QUIET_UNTIL_S } from '../scenario/brakeScenario.ts'
import type { BrakeSettings } from '../scenario/brakeSettings.ts'
import type { PolicyWrite } from '../world/modelPermissions.ts'
import { isSame, type Policy, shown } from '../world/policyEdits.ts'
import type { World } from '../world/world.ts'
import { type BrakeNews, newsOf } from './brakeNews.ts'
import { excuses } from './brakeTrouble.ts'
import { checkConduct } from './checkSettled.ts'
import { type Failure, Findings } from './failure.ts'
import { DAY, dateText, midnightOf, truthOf } from './truth.ts'

// The brake, told from the policies alone: what owners made of them, what stood there at each moment, and the usage.

const TIERS = ['premium', 'mini'] as const
type Tier = (typeof TIERS)[number]
const DAY_MS = DAY * 1000
const LOOK_MS = 300_000
/** Beyond the time between two polls: for the poll, for what OpenAI shows late, for writing and reading back. */
const SLACK_MS = 420_000
const TOLD_FROM_MS = 3_600_000

/** In the quiet of a night, at least one reset after the last fault. */
export async function checkBrake(world: World): Promise<Failure[]> {
  const findings = new Findings()
  const { permissions } = world
  findings.equal('brake', permissions.offences, [], () => 'what no tracker may ask for')
  for (const id of permissions.ids()) {
    const { present, owners } = permissions.of(id)
    const detail = () => `${id} is left with ${shown(present)}, its owner made it ${shown(owners)}`
    findings.expect('brake', isSame(present, owners), detail)
  }
  const view = await world.platform.call(object => object.brake())
  findings.equal('brake', view?.projects, [], () => 'projects of GET /api/brake')
  const { mode } = brakeAt(world, world.timeline.now)
  const rests = { on: 'armed', watch: 'watching', off: 'off' }[mode]
  findings.equal('brake', [view?.mode, view?.state], [mode, rests], () => 'mode and state of GET /api/brake')
  for (const write of permissions.writes) checkWrite(world, write, findings)
  checkInTime(world, findings)
  checkTold(world, findings)
  if (isCalm(world)) checkCalm(world, findings)
  const status = await world.platform.call(object => object.status())
  findings.equal('status', status?.state, 'ok', () => 'status().state')
  findings.equal('outbox', status?.deliveries.pending, 0, () => 'messages owed')
  checkConduct(world, findings)
  return findings.failures
}

function brakeAt(world: World, at: number): BrakeSettings {
  return world.settingsAt(at).brake ?? { mode: 'off', at: 97, tiers: TIERS, projects: null }
}

function chosenAt(world: World, at: number): readonly string[] {
  return brakeAt(world, at).projects ?? BRAKE_PROJECTS
}

/** A change takes away or adds models of the tiers, of chosen projects, and nothing that is another's. */
function checkWrite(world: World, { at, project, asked, present, owners }: PolicyWrite, findings: Findings): void {
  const modesOn = world.settings.filter(each => each.at <= at && each.settings.brake?.mode === 'on')
  findings.expect('brake', modesOn.length > 0, () => `a policy was written at ${at}, and the brake was never on`)
  const wasChosen = modesOn.some(({ settings }) => settings.brake?.projects?.includes(project) ?? true)
  findings.expect('brake', wasChosen, () => `${project} was never chosen, and was written at ${at}`)
  const tiers = TIERS.filter(tier => modesOn.some(({ settings }) => settings.brake?.tiers.includes(tier)))
  const may = new Set<string>(tiers.flatMap(tier => BRAKED_MODELS[tier]))
  const known = new Set<string>([...BRAKED_MODELS.premium, ...BRAKED_MODELS.mini, ...FREE_MODELS])
  const what = () => `${project} at ${at}: ${shown(asked)} was written over ${shown(present)} of ${shown(owners)}`
  findings.expect('brake', (asked?.mode ?? 'deny_list') === (owners?.mode ?? 'deny_list'), what)
  const [has, owned] = [new Set(asked?.models), new Set(owners?.models)]
  const [more, less] = [[...has].filter(model => !owned.has(model)), [...owned].filter(model => !has.has(model))]
  if (owners?.mode === 'allow_list') {
    findings.equal('brake', more, [], () => `${what()}: models were added to an allow list`)
    findings.expect(
      'brake',
      less.every(model => may.has(model)),
      () => `${what()}: too much is taken`,
    )
  } else {
    findings.equal('brake', less, [], () => `${what()}: an owner's denial is gone`)
    const wrong = more.filter(model => known.has(model) && !may.has(model))
    findings.equal('brake', wrong, [], () => `${what()}: denied though of no braked tier`)
  }
}

/** Whether a policy stops the models of a tier that are used; true also where the owner's list would be left empty. */
function isBraked(present: Policy, owners: Policy, tier: Tier, tiers: readonly Tier[]): boolean {
  const models: readonly string[] = BRAKED_MODELS[tier]
  if (present?.mode !== 'allow_list') return models.every(model => present?.models.includes(model) === true)
  const all: readonly string[] = tiers.flatMap(each => BRAKED_MODELS[each])
  const isOnlyThose = owners?.models.every(model => all.includes(model)) === true
  return isOnlyThose || models.every(model => !present.models.includes(model))
}

function checkInTime(world: World, findings: Findings): void {
  const { scenario, timeline, permissions, ledger } = world
  const delay = scenario.everyMinutes * 60_000 + SLACK_MS
  const excused = excuses(world, delay)
  const first = Math.ceil((scenario.start + delay + 900_000) / LOOK_MS) * LOOK_MS
  for (let at = first; at < timeline.now - LOOK_MS; at += LOOK_MS) {
    const brake = brakeAt(world, at)
    const midnight = Math.floor(at / DAY_MS) * DAY_MS
    if (brake.mode !== 'on' || at - delay < midnight) continue
    const truth = truthOf(ledger, midnight / 1000, at / 1000, (at - delay) / 1000)
    const settings = world.settingsAt(at)
    const limits = { premium: settings.premiumLimit, mini: settings.miniLimit }
    const reached = brake.tiers.filter(tier => truth[tier].tokens * 100 >= brake.at * limits[tier])
    for (const project of chosenAt(world, at)) {
      if (!permissions.ids().includes(project)) continue
      const { present, owners } = permissions.stoodAt(project, at)
      for (const tier of reached.filter(() => !excused.braked(at, project) && !excused.acted('release', at))) {
        const isSet = isBraked(present, owners, tier, reached)
        const what = () => `${project} is not braked for ${tier} at ${new Date(at).toISOString()}: ${shown(present)}`
        findings.expect('brake', isSet, what)
      }
    }
    if (at - midnight > QUIET_UNTIL_S * 1000) continue
    for (const project of permissions.ids()) {
      if (excused.released(at) || excused.acted('set', at)) continue
      const { present, owners } = permissions.stoodAt(project, at)
      const what = () =>
        `${project} at ${new Date(at).toISOString()} is ${shown(present)}, its owner's ${shown(owners)}`
      findings.expect('brake', isSame(present, owners), () => `not released after the reset: ${what()}`)
    }
  }
}

/** A date on which some project was braked for long was told of, and by name of the tier. */
function checkTold(world: World, findings: Findings): void {
  const news = newsOf(world)
  const told = new Set(news.filter(({ type }) => type === 'brake.set').map(({ date }) => date))
  for (const date of brakedDates(world))
    findings.expect('notices', told.has(date), () => `nobody was told that the brake was set on ${date}`)
  const twice = news.filter((one, index) => news.some((other, at) => at < index && other.id === one.id))
  findings.expect('notices', isStruck(world) || twice.length === 0, () => `told twice: ${JSON.stringify(twice[0])}`)
}

/** Dates on which some project had a part of the brake for an hour and more. */
function brakedDates({ permissions, timeline, scenario }: World): string[] {
  const dates = new Set<string>()
  for (const project of permissions.ids()) {
    let since: number | null = null
    for (let at = scenario.start; at < timeline.now; at += LOOK_MS) {
      const { present, owners } = permissions.stoodAt(project, at)
      const isNewDay = at % DAY_MS < LOOK_MS
      if (isSame(present, owners) || isNewDay) since = null
      else since ??= at
      if (since !== null && at - since >= TOLD_FROM_MS) dates.add(dateText(at / 1000))
    }
  }
  return [...dates]
}

function isStruck({ points, platform }: World): boolean {
  return points.struck.length + platform.crashes > 0
}

function isCalm({ scenario }: World): boolean {
  return scenario.ops.every(op => op.kind === 'noPolicyForm' || (op.kind === 'owner' && op.at === scenario.start))
}

/** Nothing went wrong: each tier's brake is set once a day and released once, and both are told once. */
function checkCalm(world: World, findings: Findings): void {
  const { permissions, scenario, ledger, timeline } = world
  const brake = brakeAt(world, scenario.start)
  const news = newsOf(world)
  const count = (type: string, date: string) =>
    news.filter((one: BrakeNews) => one.type === type && one.date === date).length
  for (let start = midnightOf(dateText(scenario.start / 1000)); (start + DAY) * 1000 < timeline.now; start += DAY) {
    const date = dateText(start)
    const truth = truthOf(ledger, start, start + DAY, start + DAY - 1200)
    const isReached = (tier: Tier, part: number) =>
      truth[tier].tokens * 100 >= part * brake.at * (tier === 'premium' ? 20_000 : 40_000)
    const surely = brake.tiers.filter(tier => isReached(tier, 1)).length
    const never = brake.tiers.every(tier => !isReached(tier, 0.4))
    const set = count(brake.mode === 'watch' ? 'brake.would_set' : 'brake.set', date)
    const due = () => `${set} messages that the brake is set on ${date}, where ${surely} tiers reached it`
    findings.expect('notices', set <= brake.tiers.length && (surely === 0 || set > 0) && (!never || set === 0), due)
    findings.expect('notices', set >= surely || set > 0 || surely === 0, due)
    if (brake.mode === 'on')
      findings.equal('notices', count('brake.released', date), set > 0 ? 1 : 0, () => `messages of release of ${date}`)
    const [from, to] = [start * 1000, (start + DAY) * 1000]
    for (const project of permissions.ids()) {
      const writes = permissions.writes.filter(each => each.project === project && each.at > from && each.at <= to)
      const most = brake.tiers.length + 1
      findings.expect('brake', writes.length <= most, () => `${project} was written ${writes.length} times on ${date}`)
    }
  }
}
