import type { Delivery } from '../../outbox/delivery.ts'
import { readdress } from '../../outbox/readdress.ts'
import { GIVE_UP_AFTER_MS } from '../../outbox/retrySchedule.ts'
import { isWanted } from '../../receivers/isWanted.ts'
import { dateOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { readMessageIdsOf } from '../store/alertStore.ts'
import { readDeliveriesOf, readMessagesSince } from '../store/deliveryStore.ts'
import { type PollState, writePollState } from '../store/pollState.ts'
import { writeSideRead } from '../store/sideReadStore.ts'
import { noteDelivery, noteHealth, withEnd } from './oweMessage.ts'

const INSTALLATION_CHARS = 8
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/**
 * What follows when the operator changed settings: a key that was mended is tried at once, and receivers that are new get what
 * nobody has got. Compared by fingerprints, so that it is done once, in one transaction, whenever the object next wakes.
 */
export function heedSettings(desk: Desk): void {
  const { config, ports } = desk
  const { state } = desk.memory
  if (!areSettingsNew(desk)) return
  const isNew = state.installation === ''
  const upstream = state.upstreamPrint !== config.upstreamFingerprint
  const receivers = state.receiversPrint !== config.receiversFingerprint
  const now = ports.now()
  desk.commit(memory => {
    let changed: PollState = {
      ...memory.state,
      upstreamPrint: config.upstreamFingerprint,
      receiversPrint: config.receiversFingerprint,
      installation: isNew ? newInstallation(() => ports.random()) : memory.state.installation,
    }
    let { reads } = memory
    if (upstream && state.upstreamPrint !== null) {
      // Whatever was wrong may be right now; since when it was wrong stays.
      changed = {
        ...changed,
        failures: 0,
        fault: null,
        faultSince: null,
        notBefore: 0,
        lastAttempt: null,
        nextPoll: now,
      }
      reads = reads.map(read => (read.nextAt === null ? read : { ...read, nextAt: now }))
      for (const read of reads) writeSideRead(ports.sql, read)
    }
    if (receivers) changed = { ...changed, blindTold: readdressMessages(desk, changed, now) }
    writePollState(ports.sql, changed)
    return { ...memory, state: changed, reads }
  })
  ports.log({ event: 'settings', upstream, receivers })
}

/** Whether there are settings that no wake has heeded yet: the object then wakes at once. */
export function areSettingsNew({ config, memory: { state } }: Desk): boolean {
  return (
    state.installation === '' ||
    state.upstreamPrint !== config.upstreamFingerprint ||
    state.receiversPrint !== config.receiversFingerprint
  )
}

/** Returns what the receivers have been told about the tracker being blind, as it is for those that are there now. */
function readdressMessages(desk: Desk, state: PollState, now: number): PollState['blindTold'] {
  const { config, ports } = desk
  const { sql } = ports
  const todays = new Set(readMessageIdsOf(sql, dateOf(Math.floor(now / 1000))))
  const messages = readMessagesSince(sql, now - 2 * GIVE_UP_AFTER_MS)
  const open = messages.map(({ createdAt, message }) => {
    const { id } = message
    const deliveries = readDeliveriesOf(sql, id)
    const isYoung = deliveries.length > 0 && now - createdAt <= GIVE_UP_AFTER_MS
    // Of an end nobody needs to know who was not told of the beginning.
    const audience = message.kind === 'resolved' ? [] : config.channels.filter(channel => isWanted(channel, message))
    const ids = audience.map(channel => channel.id)
    return { messageId: id, createdAt, deliveries, keepsFor: todays.has(id) || isYoung, audience: ids }
  })
  const { add, change } = readdress(
    open,
    config.channels.map(channel => channel.id),
    now,
  )
  const ending = (delivery: Delivery) => {
    const channel = config.channels.find(({ id }) => id === delivery.channel)
    const message = messages.find(each => each.message.id === delivery.messageId)?.message
    return channel === undefined || message === undefined ? delivery : withEnd(delivery, channel, message)
  }
  for (const delivery of [...change, ...add.map(ending)]) noteDelivery(sql, delivery)
  for (const { id } of config.channels) noteHealth(sql, id)
  return tellAnew(desk, state)
}

/**
 * Unlike an alert, that the tracker is blind is news for as long as it is. Where nobody has got it, or will, and there are
 * receivers whom it was never meant for, it is told anew.
 */
function tellAnew({ ports, config }: Desk, { blindTold }: PollState): PollState['blindTold'] {
  if (blindTold === null || !config.alertKinds.has('watch')) return blindTold
  const deliveries = readDeliveriesOf(ports.sql, blindTold.id)
  const reaches = deliveries.some(({ state }) => state !== 'parked')
  const isNew = (id: string) => !deliveries.some(({ channel }) => channel === id)
  const mayTell = config.channels.some(channel => isNew(channel.id) && isWanted(channel, blindTold))
  return !reaches && mayTell ? null : blindTold
}

function newInstallation(random: () => number): string {
  return Array.from({ length: INSTALLATION_CHARS }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('')
}
