import type { OpenHistory } from '../rpc/trackerStub.ts'
import { modelUsages, usageView } from '../usage/usageView.ts'
import { DAY_S, dateOf } from '../usage/utcDay.ts'
import type { AlertsView, ModelsView, StatusView, UsageView } from '../wire.ts'
import type { Desk } from './desk.ts'
import { openHistory } from './openHistory.ts'
import type { FrameBody } from './ports.ts'
import { staleAt } from './schedule.ts'
import { isBlind, statusView } from './statusView.ts'
import { readAlertViews, readDeliveries } from './store/alertStore.ts'
import { readDay } from './store/dayStore.ts'
import { readBacklog } from './store/historyQueue.ts'

const DELIVERIES_SHOWN_MS = 7 * DAY_S * 1000

/** What the tracker answers from memory and its own storage: no read here asks OpenAI or D1, and none writes. */
export class Views {
  readonly #desk: Desk

  constructor(desk: Desk) {
    this.#desk = desk
  }

  today(): string {
    return dateOf(Math.floor(this.#desk.ports.now() / 1000))
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
      },
      classify,
    )
  }

  models(date: string): ModelsView {
    const { memory, classify, ports } = this.#desk
    const day = memory.days.get(date) ?? readDay(ports.sql, date)
    const models = modelUsages(day?.groups.values() ?? [], classify)
    return { date, final: day?.final ?? false, models, count: models.length }
  }

  alerts(days: number): AlertsView {
    const since = Math.floor(this.#desk.ports.now() / 1000) - days * DAY_S
    const alerts = readAlertViews(this.#desk.ports.sql, 'timestamp >= ?', since)
    return { alerts, count: alerts.length }
  }

  status(): StatusView {
    const { memory, config, classify, ports } = this.#desk
    const now = ports.now()
    return statusView({
      memory,
      config,
      classify,
      deliveries: readDeliveries(ports.sql, now - DELIVERIES_SHOWN_MS),
      backlog: readBacklog(ports.sql),
      connections: ports.connections(),
      now,
    })
  }

  isReady(): boolean {
    const { memory, config, ports } = this.#desk
    return memory.state.lastSuccess !== null && !isBlind(memory, config, ports.now())
  }

  openHistory(sinceSeconds: number): OpenHistory {
    return openHistory(this.#desk, sinceSeconds)
  }

  /** What a dashboard that connects is told first. */
  snapshot(): Extract<FrameBody, { type: 'snapshot' }> {
    const alerts = readAlertViews(this.#desk.ports.sql, 'date = ?', this.today())
    return { type: 'snapshot', usage: this.usage(), alerts, status: this.status() }
  }
}
