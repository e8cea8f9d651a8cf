import { ALERT_KINDS, type AlertKind } from '../wire.ts'

/** What a message is about, as ALERTS and receivers choose by it. What is no kind of its own is news of the tracker. */
export function alertKindOf({ kind }: { kind: string }): AlertKind {
  if (kind === 'alert' || kind === 'missed') return 'threshold'
  return ALERT_KINDS.find(known => known === kind) ?? 'watch'
}
