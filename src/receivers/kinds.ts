import type { ChannelKind } from '../wire.ts'
import { discord } from './discord.ts'
import { generic } from './generic.ts'
import type { Address, Kind } from './kind.ts'
import { slack } from './slack.ts'

/** Every kind of receiver, in the order in which an address is tried. */
const KINDS: Readonly<Record<ChannelKind, Kind>> = { slack, discord, generic }

/** The names that may stand before a URL: `slack+https://...`. */
export const KIND_NAMES = Object.keys(KINDS) as readonly ChannelKind[]

export function kindNamed(name: ChannelKind): Kind {
  return KINDS[name]
}

/** The kind whose own service an address is; `generic` for all others. */
export function kindAt(address: Address): Kind {
  return Object.values(KINDS).find(kind => kind.recognises(address)) ?? generic
}
