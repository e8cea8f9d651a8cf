import type { ChannelKind } from '../wire.ts'
import { kindNamed } from './kinds.ts'

// What is known of a receiver by its kind alone. Storage may name a kind of a later release.

/** Of a channel id: `slack-1a2b3c4d`. */
export function kindOfId(id: string): ChannelKind {
  return id.split('-')[0] as ChannelKind
}

/** True where it holds incidents open until it is told their end. */
export function hasState(kind: ChannelKind): boolean {
  return kindNamed(kind)?.hasState === true
}

/** True where it only takes a message in. */
export function onlyAccepts(kind: ChannelKind): boolean {
  return kindNamed(kind)?.onlyAccepts === true
}
