import type { Message } from '../alerts/message.ts'
import type { ChannelKind } from '../wire.ts'
import { renderDiscord } from './renderDiscord.ts'
import { renderGeneric } from './renderGeneric.ts'
import { renderSlack } from './renderSlack.ts'

export interface RenderOptions {
  /** An earlier try may have arrived; the message says so. */
  possibleRepeat: boolean
  /** The smallest body that the kind accepts: the receiver has refused the full one. */
  plain: boolean
}

const RENDERERS: Record<ChannelKind, (message: Message, options: RenderOptions) => object> = {
  slack: renderSlack,
  discord: renderDiscord,
  generic: renderGeneric,
}

export function renderBody(kind: ChannelKind, message: Message, options: RenderOptions): string {
  return JSON.stringify(RENDERERS[kind](message, options))
}
