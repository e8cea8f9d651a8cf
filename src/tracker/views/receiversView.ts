import { channelView } from '../../outbox/channelHealth.ts'
import { kindsFor } from '../../receivers/isWanted.ts'
import { onlyAccepts } from '../../receivers/traits.ts'
import { type ReceiversView, TIERS } from '../../wire.ts'
import type { Desk } from '../desk.ts'
import { readHealth } from '../store/deliveryStore.ts'

/** `GET /api/receivers`. */
export function receiversView({ config, ports }: Desk): ReceiversView {
  const receivers = config.channels.map(channel => {
    const { channel: id, ...health } = channelView(channel, readHealth(ports.sql, channel.id))
    const { name, tiers, min } = channel.choice
    const only_accepts = onlyAccepts(channel.kind)
    return { id, name, kinds: kindsFor(channel), tiers: tiers ?? TIERS, min, only_accepts, ...health }
  })
  return { receivers, count: receivers.length }
}
