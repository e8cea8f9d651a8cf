import type { Delivery } from '../../outbox/delivery.ts'
import { drainDeliveries, type Owed } from '../../outbox/drainDeliveries.ts'
import type { Desk } from '../desk.ts'
import { markSent } from '../store/alertStore.ts'
import { nextDeliveryDue, readOwed, writeDelivery } from '../store/deliveryStore.ts'
import { writePollState } from '../store/pollState.ts'
import { isObsolete } from './isObsolete.ts'
import { dropDelivery, noteDelivery } from './oweMessage.ts'

/** Messages owed to receivers, sent beside the polls: a receiver that hangs delays nothing but itself. */
export class Deliveries {
  readonly #desk: Desk
  readonly #onSettled: () => void
  readonly #onFault: (error: unknown) => void
  #running: Promise<void> | null = null

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
    // Most wakes owe nobody anything.
    if (this.#running === null && !this.#isDue()) return Promise.resolve()
    this.#running ??= this.#drain()
      .catch(this.#onFault)
      .finally(() => {
        this.#running = null
      })
      .then(this.#onSettled)
      .catch(this.#onFault)
    return this.#running
  }

  #isDue(): boolean {
    try {
      const due = this.nextDue()
      return due !== null && due <= this.#desk.ports.now()
    } catch (error) {
      this.#onFault(error)
      return false
    }
  }

  async #drain(): Promise<void> {
    const { ports } = this.#desk
    const report = await drainDeliveries({
      due: now => this.#owed(now),
      mayAsk: () => this.#desk.budget.take(),
      claim: delivery => writeDelivery(ports.sql, delivery),
      send: async (delivery, message) => {
        const channel = this.#desk.config.channels.find(({ id }) => id === delivery.channel)
        if (channel === undefined)
          return { outcome: 'failed', status: null, error: 'no longer configured', retryAfterMs: null }
        return ports.sendWebhook(channel, message, delivery)
      },
      settle: (delivery, wasTry) => this.#settle(delivery, wasTry),
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
      if (!isObsolete(each, memory.state)) owed.push(each)
      else {
        ports.sql.transaction(() => dropDelivery(ports.sql, each.delivery))
        ports.log({ event: 'outdated', message: each.message.id, channel: each.delivery.channel })
      }
    }
    return owed
  }

  /** The result, and with the first arrival that the alert was sent, in one transaction. */
  #settle(delivery: Delivery, wasTry: boolean): void {
    const { sql } = this.#desk.ports
    this.#desk.commit(memory => {
      noteDelivery(sql, delivery, wasTry)
      if (delivery.state !== 'delivered') return memory
      const state = { ...memory.state, seq: memory.state.seq + 1 }
      markSent(sql, delivery.messageId, state.seq)
      writePollState(sql, state)
      return { ...memory, state }
    })
  }
}
