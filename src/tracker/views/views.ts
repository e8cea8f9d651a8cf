import { trafficHints } from '../../config/trafficHints.ts'
import { HEADROOM_CURVE_S, headroomView, reportedUntil } from '../../forecast/headroom.ts'
import { matchesFamily } from '../../models.ts'
import { channelView } from '../../outbox/channelHealth.ts'
import { countedTokens } from '../../usage/counted.ts'
import { busiestHour, emptyLookback, hasFreeTokens, type Lookback } from '../../usage/lookback.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import { modelUsages, usageView } from '../../usage/usageView.ts'
import { addDays, DAY_S, dateOf, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type {
  AlertKind,
  AlertsView,
  AlertView,
  ConfigProblem,
  ForecastView,
  HeadroomView,
  ModelsView,
  StatusView,
  Tier,
  UsageView,
} from '../../wire.ts'
import { hourNumber } from '../cycle/pollCycle.ts'
import { staleAt } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import type { GrantBook } from '../foresight/grantBook.ts'
import { readLookback } from '../foresight/lookback.ts'
import { countedOf, forecastsOf, outlookOf } from '../foresight/outlook.ts'
import type { Memory } from '../memory.ts'
import type { FrameBody } from '../ports.ts'
import { isFilteredToNothing } from '../reads/readFilter.ts'
import { readAlertsOf, readAlertsSince } from '../store/alertStore.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readHealth } from '../store/deliveryStore.ts'
import { readNames } from '../store/nameStore.ts'
import { readBacklog } from '../store/owedStore.ts'
import { readFreeTicks } from '../store/tickStore.ts'
import type { Heartbeat } from '../watch/heartbeat.ts'
import { isBlind, statusView } from './statusView.ts'

/** The models of this many days tell whether an entry of MODEL_TIERS matches anything. */
const MODELS_SEEN_DAYS = 7

interface UsageText {
  memory: Memory
  config: unknown
  /** Unix milliseconds: made then, and no longer true from then on. */
  madeAt: number
  until: number
  text: string
  forecast: ForecastView
}

function isThreshold({ kind }: AlertView): boolean {
  return kind === 'threshold'
}

/** What the tracker answers from memory and its own storage: no read here asks OpenAI or D1, and none writes. */
export class Views {
  readonly #desk: Desk
  readonly #heartbeat: Heartbeat
  readonly #grants: GrantBook
  #usage: UsageText | null = null

  constructor(desk: Desk, heartbeat: Heartbeat, grants: GrantBook) {
    this.#desk = desk
    this.#heartbeat = heartbeat
    this.#grants = grants
  }

  today(): string {
    return dateOf(Math.floor(this.#desk.ports.now() / 1000))
  }

  /** Made once a commit, and anew when the hour or its age changes what it says. */
  usageText(): string {
    return this.#usageNow().text
  }

  /** Where today's tiers will end, as the usage says it too; null before the first success. */
  forecast(): ForecastView {
    return this.#usageNow().forecast
  }

  #usageNow(): UsageText {
    const { memory, config, ports } = this.#desk
    const now = ports.now()
    const held = this.#usage
    if (held !== null && held.memory === memory && held.config === config && now >= held.madeAt && now < held.until)
      return held
    const view = this.usage()
    const { lastSuccess } = memory.state
    // A forecast is early until an hour has passed, and each hour looks back anew.
    const hour = (hourNumber(now) + 1) * HOUR_S * 1000
    const until = lastSuccess === null || view.stale ? hour : Math.min(hour, staleAt(config.pollCron, lastSuccess))
    const forecast = { premium: view.premium.forecast, mini: view.mini.forecast }
    this.#usage = { memory, config, madeAt: now, until, text: JSON.stringify(view), forecast }
    return this.#usage
  }

  usage(): UsageView {
    const { memory, config, classify, ports } = this.#desk
    const now = ports.now()
    const date = this.today()
    const { lastSuccess } = memory.state
    const day = memory.days.get(date)
    return usageView(
      {
        date,
        groups: day?.groups.values() ?? [],
        limits: config.limits,
        lastUpdated: lastSuccess === null ? null : Math.floor(lastSuccess / 1000),
        stale: this.#isStale(now),
        limitCounts: config.limitCounts,
        forecast: this.#forecastNow(),
        hasFree: this.#hasFree(now, day),
        projectNames: this.#projectNames(day),
      },
      classify,
    )
  }

  #forecastNow(): ForecastView {
    const { memory } = this.#desk
    const { lastSuccess } = memory.state
    if (lastSuccess === null) return { premium: null, mini: null }
    const now = this.#desk.ports.now()
    const stale = this.#isStale(now)
    const date = this.today()
    const groups = memory.days.get(date)?.groups.values() ?? []
    const reading = { date, readS: Math.floor(lastSuccess / 1000), totals: tierTotals(groups, this.#desk.classify) }
    return forecastsOf(outlookOf(this.#desk, reading, this.#lookback(now), { now, stale }))
  }

  /** What can still be used of a tier without paying. */
  headroom(tier: Tier, tokens: number): HeadroomView {
    const { memory, config, classify, ports } = this.#desk
    const now = ports.now()
    const date = this.today()
    const { lastSuccess } = memory.state
    const totals = tierTotals(memory.days.get(date)?.groups.values() ?? [], classify)
    const asOfS = lastSuccess === null ? null : Math.floor(lastSuccess / 1000)
    return headroomView({
      tier,
      tokens,
      nowS: Math.floor(now / 1000),
      asOfS,
      used: countedTokens(totals[tier], config.limitCounts),
      curve: this.#countedCurve(tier, Math.floor(now / 1000), totals),
      limit: config.limits[tier],
      limitCounts: config.limitCounts,
      stale: this.#isStale(now),
      granted: this.#grants.since(tier, reportedUntil(Math.floor(now / 1000), asOfS), now),
      busiestHour: busiestHour(this.#lookback(now), tier),
    })
  }

  #countedCurve(tier: Tier, nowS: number, totals: TierTotals) {
    const midnight = startOf(this.today())
    const ticks = readFreeTicks(this.#desk.ports.sql, Math.max(midnight, nowS - HEADROOM_CURVE_S), nowS + 1)
    return ticks.map(tick => ({ timestamp: tick.timestamp, tokens: countedOf(this.#desk, tick, tier, totals) }))
  }

  /** Where the past cannot be told, today still can: the poll says in the status what is wrong. */
  #lookback(now: number): Lookback {
    try {
      return readLookback(this.#desk, now)
    } catch {
      return emptyLookback(this.today())
    }
  }

  #isStale(now: number): boolean {
    const { lastSuccess } = this.#desk.memory.state
    return lastSuccess === null || now >= staleAt(this.#desk.config.pollCron, lastSuccess)
  }

  #hasFree(now: number, day: Day | undefined): Record<Tier, boolean> {
    const { tiers } = this.#lookback(now)
    const totals = tierTotals(day?.groups.values() ?? [], this.#desk.classify)
    const of = (tier: Tier) => hasFreeTokens(tiers[tier], totals[tier].free)
    return { premium: of('premium'), mini: of('mini') }
  }

  #projectNames(day: Day | null | undefined): ReadonlyMap<string, string> {
    const ids = new Set([...(day?.groups.values() ?? [])].map(group => group.project))
    ids.delete('')
    return ids.size === 0 ? new Map() : readNames(this.#desk.ports.sql, 'project', ids)
  }

  models(date: string): ModelsView {
    const { memory, classify, ports } = this.#desk
    const day = memory.days.get(date) ?? readDay(ports.sql, date)
    const models = modelUsages(day?.groups.values() ?? [], classify, this.#projectNames(day))
    return { date, final: day?.final ?? false, models, count: models.length }
  }

  alerts(days: number, kinds: readonly AlertKind[]): AlertsView {
    const since = Math.floor(this.#desk.ports.now() / 1000) - days * DAY_S
    const alerts = readAlertsSince(this.#desk.ports.sql, since, kinds)
    return { alerts, count: alerts.length }
  }

  status(): StatusView {
    const { memory, config, classify, ports } = this.#desk
    const now = ports.now()
    return statusView({
      memory,
      config,
      classify,
      channels: config.channels.map(channel => channelView(channel, readHealth(ports.sql, channel.id))),
      foresightFault: this.#desk.foresightFault,
      heartbeat: this.#heartbeat.last,
      trafficHints: [...this.#freeHint(), ...this.#trafficHints()],
      backlog: readBacklog(ports.sql, Math.floor(now / 1000)),
      connections: ports.connections(),
      now,
    })
  }

  isReady(): boolean {
    const { memory, config, ports } = this.#desk
    return memory.state.lastSuccess !== null && !isBlind(memory, config, ports.now())
  }

  /** What a dashboard that connects is told first. */
  snapshot(): Extract<FrameBody, { type: 'snapshot' }> {
    const all = readAlertsOf(this.#desk.ports.sql, this.today())
    const [alerts, notices] = [all.filter(isThreshold), all.filter(alert => !isThreshold(alert))]
    return { type: 'snapshot', usageText: this.usageText(), alerts, notices, status: this.status() }
  }

  #freeHint(): ConfigProblem[] {
    const { memory, config, ports } = this.#desk
    const { firstSuccess } = memory.state
    const isOld = firstSuccess !== null && ports.now() - firstSuccess >= DAY_S * 1000
    if (config.limitCounts === 'all' || !isOld) return []
    const { premium, mini } = this.#hasFree(ports.now(), memory.days.get(this.today()))
    if (premium || mini) return []
    const message = 'LIMIT_COUNTS is free, but OpenAI booked no token as free in the last 7 days; no alert can come.'
    return [{ name: 'LIMIT_COUNTS', message }]
  }

  /** The days are read only where a setting can be a mistake that they show. */
  #trafficHints(): ConfigProblem[] {
    const { memory, config, ports } = this.#desk
    const filteredToNothing = config.projectIds.length > 0 && isFilteredToNothing(memory)
    const { firstSuccess } = memory.state
    const isOld = firstSuccess !== null && ports.now() - firstSuccess >= MODELS_SEEN_DAYS * DAY_S * 1000
    if (config.modelTiers.size === 0 || !isOld)
      return trafficHints(config, { modelsSeen: [], seenSinceDays: 0, filteredToNothing, matches: matchesFamily })
    const today = this.today()
    const seen = new Set<string>()
    for (let back = 0; back < MODELS_SEEN_DAYS; back++) {
      const date = addDays(today, -back)
      const day = memory.days.get(date) ?? readDay(ports.sql, date)
      for (const { model } of day?.groups.values() ?? []) seen.add(model)
    }
    return trafficHints(config, {
      modelsSeen: [...seen],
      seenSinceDays: MODELS_SEEN_DAYS,
      filteredToNothing,
      matches: matchesFamily,
    })
  }
}
