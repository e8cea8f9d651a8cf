/** Sent because somebody asked for it, to see whether it arrives. */
export interface TestMessage {
  kind: 'test'
  /** No dots (Standard Webhooks). */
  id: string
  /** Unix seconds. */
  firedAt: number
}

export function testMessage(installation: string, nowMs: number): TestMessage {
  return { kind: 'test', id: `test-${installation}-${nowMs}`, firedAt: Math.floor(nowMs / 1000) }
}
