import type { WatchMessage } from '../../../src/alerts/watchMessage.ts'

/** Blind since a key was revoked: the last reading at 10:00 UTC, the first failure at 10:05, told at 10:20. */
export function sampleWatch(partial: Partial<WatchMessage> = {}): WatchMessage {
  return {
    kind: 'blind',
    id: 'blind-7',
    lastSuccess: 1_734_602_400,
    failingSince: 1_734_602_700,
    firedAt: 1_734_603_600,
    trouble: { code: 'upstream_refused', message: 'OpenAI refuses the admin key (401).', action: 'Create a new key.' },
    ...partial,
  }
}
