import type { StatusView } from '../../wire.ts'
import { plural } from '../words/tokens.ts'

/** Whether the tracker is well, in a word: for the pill on every view, the title and the wall screen. */
export interface Health {
  kind: 'well' | 'failing' | 'paused' | 'set_aside' | 'starting' | 'unknown'
  word: string
  /** More, for whoever points at it. */
  title: string
}

const OPTIONAL = ['costs', 'names']

/** `paused`: this page takes no updates. It turns at the first failed poll, not when data is stale. */
export function health(status: StatusView | null, paused: boolean): Health {
  if (paused) return { kind: 'paused', word: 'Paused', title: 'Live updates of this page are paused' }
  if (status === null) return { kind: 'unknown', word: 'Loading', title: 'The tracker has not said yet how it is' }
  const { state, error, failures, outbox, deliveries } = status
  if (state === 'unconfigured' || state === 'failing' || state === 'blind' || error !== null) {
    const tries = failures > 1 ? `, ${plural(failures, 'poll')} in a row` : ''
    return { kind: 'failing', word: 'Failing', title: `${error?.message ?? 'The last poll failed'}${tries}` }
  }
  const also = troubles(status)
  if (also.length > 0) return { kind: 'failing', word: 'Partly failing', title: `Polls work; ${also.join(', ')}` }
  const parked = outbox.parked + deliveries.parked
  if (parked > 0 || deliveries.channels.some(channel => channel.state === 'parked'))
    return { kind: 'set_aside', word: `${parked} set aside`, title: 'Messages or history rows were given up' }
  if (state === 'starting') return { kind: 'starting', word: 'Starting', title: 'The first answer is on its way' }
  return { kind: 'well', word: 'Well', title: 'The tracker is well' }
}

function troubles({ reads, history, deliveries }: StatusView): string[] {
  const failing = reads.filter(
    ({ kind, error }) => !(error.code === 'upstream_missing_scope' && OPTIONAL.includes(kind)),
  ).length
  return [
    ...(failing > 0 ? [plural(failing, 'other read fails', 'other reads fail')] : []),
    ...(history.state === 'ok' ? [] : ['history cannot be written']),
    ...(deliveries.channels.some(({ state }) => state === 'retrying') ? ['a receiver does not answer'] : []),
  ]
}
