import type { AlertMessage } from '../../../src/alerts/alertMessage.ts'

/** A premium day at 85 %, seen at 10:10 UTC, having passed 50 and 80 in one reading. */
export function sampleMessage(partial: Partial<AlertMessage> = {}): AlertMessage {
  return {
    kind: 'alert',
    id: 'alert-2024-12-19-premium-80',
    date: '2024-12-19',
    tier: 'premium',
    threshold: 80,
    thresholds: [50, 80],
    tokensUsed: 850_000,
    limit: 1_000_000,
    percentage: 85,
    resetsAt: 1_734_652_800,
    firedAt: 1_734_603_000,
    late: false,
    ...partial,
  }
}
