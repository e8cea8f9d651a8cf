import type { ResolvedMessage } from '../../../src/alerts/resolvedMessage.ts'
import type { TestMessage } from '../../../src/alerts/testMessage.ts'

/** The end of the day of `sampleMessage`, seen half a minute after the reset. */
export function sampleResolved(partial: Partial<ResolvedMessage> = {}): ResolvedMessage {
  return {
    kind: 'resolved',
    id: 'resolved-alert-k3x9-2024-12-19-premium-80',
    firedAt: 1_734_652_830,
    key: 'oai-usage/k3x9/premium/2024-12-19',
    of: 'threshold',
    tier: 'premium',
    startedAt: 1_734_603_000,
    severities: ['warning'],
    headline: '⚠️ OpenAI Usage Alert: PREMIUM tier at 85%',
    ...partial,
  }
}

export function sampleTest(): TestMessage {
  return { kind: 'test', id: 'test-k3x9-1734603000000', firedAt: 1_734_603_000 }
}
