import { trafficHints } from '../../config/trafficHints.ts'
import { matchesFamily } from '../../models.ts'
import { channelView } from '../../outbox/channelHealth.ts'
import { modelUsages, usageView } from '../../usage/usageView.ts'
import { addDays, DAY_S, dateOf, endOf } from '../../usage/utcDay.ts'
import type { AlertsView, ConfigProblem, ModelsView, StatusView, UsageView } from '../../wire.ts'
import { staleAt } from '../cycle/schedule.ts'
import type { Desk } from '../desk.ts'
import type { Memory } from '../memory.ts'
import type { FrameBody } from '../ports.ts'
import { isFilteredToNothing } from '../reads/readFilter.ts'
import { readAlertsOf, readAlertsSince } from '../store/alertStore.ts'
import { type Day, readDay } from '../store/dayStore.ts'
import { readHealth } from '../store/deliveryStore.ts'
import { readNames } from '../store/nameStore.ts'
import { readBacklog } from '../store/owedStore.ts'
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
}

/** What the tracker answers from memory and its own storage: no read here asks OpenAI or D1, and none writes. */
export class Views {
  readonly #desk: Desk
  #usage: UsageText | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  today(): string {
    return dateOf(Math.floor(this.#desk.ports.now() / 1000))
  }

  /** Made once a commit, and anew when the date or its age changes what it says. */
  usageText(): string {
    const { memory, config, ports } = this.#desk
    const now = ports.now()
    const held = this.#usage
    if (held !== null && held.memory === memory && held.config === config && now >= held.madeAt && now < held.until)
      return held.text
    const view = this.usage()
    const { lastSuccess } = memory.state
    const midnight = endOf(view.date) * 1000
    const until =
      lastSuccess === null || view.stale ? midnight : Math.min(midnight, staleAt(config.pollCron, lastSuccess))
    this.#usage = { memory, config, madeAt: now, until, text: JSON.stringify(view) }
    return this.#usage.text
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
        stale: lastSuccess === null || now >= staleAt(config.pollCron, lastSuccess),
        projectNames: this.#projectNames(day),
      },
      classify,
    )
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

  alerts(days: number): AlertsView {
    const since = Math.floor(this.#desk.ports.now() / 1000) - days * DAY_S
    const alerts = readAlertsSince(this.#desk.ports.sql, since)
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
      trafficHints: this.#trafficHints(),
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
    const alerts = readAlertsOf(this.#desk.ports.sql, this.today())
    return { type: 'snapshot', usageText: this.usageText(), alerts, status: this.status() }
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
