import type { Delivery } from '../outbox/delivery.ts'
import { drainDeliveries, type Owed } from '../outbox/drainDeliveries.ts'
import { readdress } from '../outbox/readdress.ts'
import { GIVE_UP_AFTER_MS } from '../outbox/retrySchedule.ts'
import { isOutdated } from './blindNotice.ts'
import type { Desk } from './desk.ts'
import {
  alertRow,
  deleteDelivery,
  nextDeliveryDue,
  readAlertViews,
  readDeliveries,
  readDeliveriesOf,
  readOwed,
  writeDelivery,
} from './store/alertStore.ts'
import { enqueueHistory } from './store/historyQueue.ts'
import { writePollState } from './store/pollState.ts'

/** Messages owed to receivers, sent beside the polls: a receiver that hangs delays nothing but itself. */
export class Deliveries {
  readonly #desk: Desk
  readonly #onSettled: () => void
  readonly #onFault: (error: unknown) => void
  #running: Promise<void> | null = null
  #addressed = false

  /** `onFault`: storage did not take a claim, a result or the new addresses; what is owed stays owed. */
  constructor(desk: Desk, onSettled: () => void, onFault: (error: unknown) => void) {
    this.#desk = desk
    this.#onSettled = onSettled
    this.#onFault = onFault
  }

  /** Unix milliseconds, or null when nothing is owed. What is under way is not due again. */
  nextDue(): number | null {
    const { ports } = this.#desk
    return this.#running === null ? nextDeliveryDue(ports.sql, ports.now()) : null
  }

  /** Sends what is due, or joins the sending under way. Never throws. */
  kick(): Promise<void> {
    this.#running ??= this.#drain()
      .catch(this.#onFault)
      .finally(() => {
        this.#running = null
      })
      .then(this.#onSettled)
      .catch(this.#onFault)
    return this.#running
  }

  async #drain(): Promise<void> {
    const { ports } = this.#desk
    this.#readdress()
    const report = await drainDeliveries({
      due: now => this.#owed(now),
      claim: delivery => writeDelivery(ports.sql, delivery),
      send: async (delivery, message) => {
        const channel = this.#desk.config.channels.find(({ id }) => id === delivery.channel)
        if (channel === undefined)
          return { outcome: 'failed', status: null, error: 'no longer configured', retryAfterMs: null }
        return ports.sendWebhook(channel, message, delivery)
      },
      settle: delivery => this.#settle(delivery),
      now: () => ports.now(),
      random: () => ports.random(),
    })
    if (report.delivered + report.failed + report.parked > 0 || report.fault !== undefined) {
      ports.log({ event: 'deliveries', level: report.failed + report.parked > 0 ? 'warn' : 'info', ...report })
    }
    // Due again at once: without the nap that follows a fault, the alarm would spin while storage refuses.
    if (report.fault !== undefined) throw new Error(report.fault)
  }

  /** What is due. What is no longer true is not owed any more: the message that came after it tells of it. */
  #owed(now: number): Owed[] {
    const { ports, memory } = this.#desk
    const owed: Owed[] = []
    for (const each of readOwed(ports.sql, now)) {
      if (!isOutdated(each.message, memory.state)) owed.push(each)
      else {
        deleteDelivery(ports.sql, each.delivery)
        ports.log({ event: 'outdated', message: each.message.id, channel: each.delivery.channel })
      }
    }
    return owed
  }

  /** The result, and with the first arrival the alert's `sent` in D1, in one transaction. */
  #settle(delivery: Delivery): void {
    const { sql } = this.#desk.ports
    if (delivery.state !== 'delivered') {
      writeDelivery(sql, delivery)
      return
    }
    this.#desk.commit(memory => {
      writeDelivery(sql, delivery)
      const state = { ...memory.state, seq: memory.state.seq + 1 }
      const alerts = readAlertViews(sql, 'message_id = ?', delivery.messageId).map(alertRow)
      enqueueHistory(sql, state.seq, { alerts }, this.#desk.ports.now())
      writePollState(sql, state)
      return { ...memory, state }
    })
  }

  /** Once a start: the configuration is fixed while the object lives. */
  #readdress(): void {
    if (this.#addressed) return
    const { ports, config } = this.#desk
    const now = ports.now()
    const known = readDeliveries(ports.sql, now - 2 * GIVE_UP_AFTER_MS)
    const { add, change } = readdress(
      known,
      config.channels.map(channel => channel.id),
      now,
    )
    ports.sql.transaction(() => {
      for (const delivery of [...add, ...change]) writeDelivery(ports.sql, delivery)
      return undefined as never
    })
    this.#tellAnew()
    // Only now: an address book that storage did not take is written with the next sending.
    this.#addressed = true
  }

  /**
   * Unlike an alert, that the tracker is blind is news for as long as it is. Where nobody has got it, or will, and there are
   * receivers whom it was never meant for, it is told anew.
   */
  #tellAnew(): void {
    const { ports, memory, config } = this.#desk
    const { blindTold } = memory.state
    if (blindTold === null) return
    const deliveries = readDeliveriesOf(ports.sql, blindTold.id)
    const reaches = deliveries.some(({ state }) => state !== 'parked')
    const isNew = (id: string) => !deliveries.some(({ channel }) => channel === id)
    if (!reaches && config.channels.some(({ id }) => isNew(id))) this.#desk.note({ blindTold: null })
  }
}
