import type { AlertKind, Tier } from '../wire.ts'

/** Tells a receiver that holds incidents open that one has ended. Only those that were told of the incident get it. */
export interface ResolvedMessage {
  kind: 'resolved'
  /** The same over all attempts and receivers. No dots (Standard Webhooks). */
  id: string
  /** Unix seconds: when the end was seen. */
  firedAt: number
  /** What has ended: the key of its incident, and what its messages were about. */
  key: string
  of: AlertKind | 'test'
  tier?: Tier
  /** Unix seconds: when the first of its messages was fired. */
  startedAt: number
  /** Of its messages; a receiver may know each as an alert of its own. */
  severities: string[]
  /** Of the last of its messages. */
  headline: string
}
