import { trafficHints } from '../../config/trafficHints.ts'
import { HEADROOM_CURVE_S, headroomView, reportedUntil } from '../../forecast/headroom.ts'
import { matchesFamily } from '../../models.ts'
import { channelView } from '../../outbox/channelHealth.ts'
import { countedTokens } from '../../usage/counted.ts'
import { busiestHour, hasFreeTokens, type Lookback } from '../../usage/lookback.ts'
import { type TierTotals, tierTotals } from '../../usage/tierTotals.ts'
import { modelUsages, usageView } from '../../usage/usageView.ts'
import { addDays, DAY_S, dateOf, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type {
  AlertKind,
  AlertsView,
  ConfigProblem,
  ForecastView,
  HeadroomView,
  ModelsView,
  StatusView,
  Tier,
  UsageView,
} from '../../wire.ts'
import { brakeStatus } from '../brake/brakeView.ts'
import { hourNumber } from '../cycle/pollCycle.ts'
import { staleAt } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import type { GrantBook } from '../foresight/grantBook.ts'
import { countedOf } from '../foresight/outlook.ts'
import { todayOutlook } from '../foresight/todayOutlook.ts'
import type { Memory } from '../memory.ts'
import type { FrameBody } from '../ports.ts'
import { isFilteredToNothing } from '../reads/readFilter.ts'
import { isThreshold, readAlertsOf, readAlertsSince } from '../store/alertStore.ts'
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
  /** Counts the texts of this start of the object. */
  number: number
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

  /**
   * Another one for each row written, and for each time that the hour, the age of the numbers or the settings change what is
   * shown: every read is made of no more than these, and of dates that are asked for.
   */
  revision(): string {
    const { number } = this.#usageNow()
    return `${this.#desk.ports.sql.rowsWritten()} ${number}`
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
    this.#usage = {
      memory,
      config,
      madeAt: now,
      until,
      text: JSON.stringify(view),
      forecast,
      number: (held?.number ?? 0) + 1,
    }
    return this.#usage
  }

  usage(): UsageView {
    const { memory, config, classify, ports } = this.#desk
    const { date, readS, stale, forecast, lookback, totals } = todayOutlook(this.#desk, ports.now())
    const day = memory.days.get(date)
    return usageView(
      {
        date,
        groups: day?.groups.values() ?? [],
        limits: config.limits,
        lastUpdated: readS,
        stale,
        limitCounts: config.limitCounts,
        forecast,
        hasFree: hasFree(lookback, totals),
        projectNames: this.#projectNames(day),
      },
      classify,
    )
  }

  /** What can still be used of a tier without paying. */
  headroom(tier: Tier, tokens: number): HeadroomView {
    const { config, ports } = this.#desk
    const now = ports.now()
    const nowS = Math.floor(now / 1000)
    const { date, readS, stale, lookback, totals } = todayOutlook(this.#desk, now)
    const ticks = readFreeTicks(ports.sql, Math.max(startOf(date), nowS - HEADROOM_CURVE_S), nowS + 1)
    return headroomView({
      tier,
      tokens,
      nowS,
      asOfS: readS,
      used: countedTokens(totals[tier], config.limitCounts),
      curve: ticks.map(tick => ({ timestamp: tick.timestamp, tokens: countedOf(this.#desk, tick, tier, totals) })),
      limit: config.limits[tier],
      limitCounts: config.limitCounts,
      stale,
      granted: this.#grants.since(tier, reportedUntil(nowS, readS), now),
      busiestHour: busiestHour(lookback, tier),
    })
  }

  /** Tokens of today that count against the limit; null before today was read. */
  countedToday(tier: Tier): number | null {
    const { memory, config, classify } = this.#desk
    const day = memory.days.get(this.today())
    return day === undefined ? null : countedTokens(tierTotals(day.groups.values(), classify)[tier], config.limitCounts)
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
      ownFaults: this.#desk.ownFaults,
      heartbeat: this.#heartbeat.last,
      brake: brakeStatus(this.#desk),
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
    const { lookback, totals } = todayOutlook(this.#desk, ports.now())
    const { premium, mini } = hasFree(lookback, totals)
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

function hasFree({ tiers }: Lookback, totals: TierTotals): Record<Tier, boolean> {
  const of = (tier: Tier) => hasFreeTokens(tiers[tier], totals[tier].free)
  return { premium: of('premium'), mini: of('mini') }
}
