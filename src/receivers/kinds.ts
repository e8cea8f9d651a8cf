import type { ChannelKind } from '../wire.ts'
import { alertmanager } from './alertmanager.ts'
import { discord } from './discord.ts'
import { email } from './email.ts'
import { generic } from './generic.ts'
import { googlechat } from './googlechat.ts'
import { gotify } from './gotify.ts'
import type { Address, Kind } from './kind.ts'
import { mattermost } from './mattermost.ts'
import { ntfy } from './ntfy.ts'
import { pagerduty } from './pagerduty.ts'
import { slack } from './slack.ts'
import { teams } from './teams.ts'
import { telegram } from './telegram.ts'

/** Every kind of receiver, in the order in which an address is tried. */
const KINDS: Readonly<Record<ChannelKind, Kind>> = {
  slack,
  discord,
  teams,
  googlechat,
  telegram,
  ntfy,
  gotify,
  mattermost,
  pagerduty,
  alertmanager,
  email,
  generic,
}

/** The names that may stand before a URL: `slack+https://...`. */
export const KIND_NAMES = Object.keys(KINDS) as readonly ChannelKind[]

export function kindNamed(name: ChannelKind): Kind {
  return KINDS[name]
}

/** The kind whose own service an address is; `generic` for all others. */
export function kindAt(address: Address): Kind {
  return Object.values(KINDS).find(kind => kind.recognises(address)) ?? generic
}
