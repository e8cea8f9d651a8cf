import type { AlertMessage } from '../../../src/alerts/alertMessage.ts'
import type { Causes } from '../../../src/alerts/causes.ts'

/** A premium day at 85 %, seen at 10:10 UTC, having passed 50 and 80 in one reading. */
export function sampleMessage(partial: Partial<AlertMessage> = {}): AlertMessage {
  return {
    kind: 'alert',
    id: 'alert-k3x9-2024-12-19-premium-80',
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

/** Names as strangers choose them, an id without a name, and what OpenAI names none for. */
export function sampleCauses(): Causes {
  return {
    models: [
      { id: 'gpt-5-2025-08-07', name: 'gpt-5-2025-08-07', tokens: 320_000 },
      { id: 'o3-2025-04-16', name: 'o3-2025-04-16', tokens: 41_200 },
    ],
    projects: [
      { id: 'proj_a', name: 'Assistant <!channel> @everyone *bold*', tokens: 300_000 },
      { id: 'proj_b', name: 'proj_b', tokens: 61_200 },
    ],
    keys: [
      { id: 'key_ci', name: 'ci-\u202enightly [x](https://evil.example)', tokens: 300_000 },
      { id: null, name: 'no API key (Playground)', tokens: 61_200 },
    ],
  }
}
