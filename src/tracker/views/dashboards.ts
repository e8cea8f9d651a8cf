import type { AlertView } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import type { FrameBody } from '../ports.ts'
import { isThreshold, readAlerts } from '../store/alertStore.ts'
import { statusKey } from './statusView.ts'
import type { Views } from './views.ts'

/** What the dashboards were shown last, and the frames that bring them what is new. */
export class Dashboards {
  readonly #desk: Desk
  readonly #views: Views
  #shownDate: string | null = null
  #shownStatus: string | null = null

  constructor(desk: Desk, views: Views) {
    this.#desk = desk
    this.#views = views
  }

  /** What one that connects is told first. */
  snapshot(): Extract<FrameBody, { type: 'snapshot' }> {
    const snapshot = this.#views.snapshot()
    const key = statusKey(snapshot.status)
    if (this.#desk.ports.connections() === 0) this.#shownStatus = key
    // Those who are here already were shown another one: the next is for everybody, also if it is theirs again.
    else if (this.#shownStatus !== key) this.#shownStatus = null
    return snapshot
  }

  /** The numbers as they are now, and what fired with them. */
  show(alerts: readonly AlertView[]): void {
    const { ports } = this.#desk
    this.#shownDate = this.#views.today()
    if (ports.connections() === 0) return
    ports.broadcast([{ type: 'usage', usageText: this.#views.usageText() }, ...alerts.map(alertFrame)])
  }

  /** A new date begins at zero. */
  showNewDate(): void {
    if (this.#shownDate !== this.#views.today()) this.show([])
  }

  /** What was noted beside the polls. */
  showUnshown(): void {
    const { ports, unshown } = this.#desk
    if (unshown.length === 0) return
    this.#desk.unshown = []
    if (ports.connections() > 0) ports.broadcast(readAlerts(ports.sql, unshown).reverse().map(alertFrame))
  }

  showStatus(): void {
    const { ports } = this.#desk
    if (ports.connections() === 0) return
    const status = this.#views.status()
    const key = statusKey(status)
    if (key === this.#shownStatus) return
    // After a wake from hibernation nobody knows what was shown last; one frame too many does no harm.
    this.#shownStatus = key
    ports.broadcast([{ type: 'status', status }])
  }
}

function alertFrame(alert: AlertView): FrameBody {
  return isThreshold(alert) ? { type: 'alert', alert } : { type: 'notice', notice: alert }
}
