import type { Delivery } from '../../../src/outbox/delivery.ts'
import { newDelivery } from '../../../src/outbox/newDelivery.ts'

/** 2024-12-19 10:10:00 UTC, in milliseconds. */
export const T0 = 1_734_603_000_000
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export function sampleDelivery(partial: Partial<Delivery> = {}): Delivery {
  return { ...newDelivery('alert-k3x9-2024-12-19-premium-80', 'slack-1a2b3c4d', T0), ...partial }
}
