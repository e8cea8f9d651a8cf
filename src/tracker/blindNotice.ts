import type { WatchMessage } from '../alerts/watchMessage.ts'
import type { Config } from '../config.ts'
import { blindAt } from './schedule.ts'
import type { PollState } from './store/pollState.ts'
import { troubleOf } from './trouble.ts'

// Silence is only worth something while the tracker sees. Once an incident its receivers are told that it does not, and
// once that it does again.

/** Shorter troubles mend themselves, and on a schedule of seconds three slots are no time. */
export const TOLD_AFTER_MS = 15 * 60_000

/** When the receivers are to be told (Unix ms); null while the tracker sees, or when they have been told. */
export function blindNoticeAt(state: PollState, config: Config): number | null {
  const since = troubledSince(state, config)
  if (since === null || state.blindTold !== null || config.channels.length === 0) return null
  const { lastSuccess } = state
  // A later one was noted by a clock that has jumped back since.
  const last = lastSuccess !== null && lastSuccess <= since ? lastSuccess : since
  return Math.max(blindAt(config.pollCron, last), since + TOLD_AFTER_MS)
}

export function blindMessage(state: PollState, config: Config, seq: number, now: number): WatchMessage {
  const trouble = troubleOf(state, config)
  const since = troubledSince(state, config)
  if (trouble === null || since === null) throw new RangeError('nobody is told of trouble that is not there')
  const lastSuccess = state.lastSuccess === null ? null : seconds(state.lastSuccess)
  return {
    kind: 'blind',
    id: `blind-${seq}`,
    lastSuccess,
    failingSince: seconds(since),
    firedAt: seconds(now),
    trouble,
  }
}

/** The end of what `told` began. */
export function seeingMessage(told: WatchMessage, seq: number, now: number): WatchMessage {
  return { ...told, kind: 'seeing', id: `seeing-${seq}`, firedAt: seconds(now) }
}

/** Since when every try has failed or, without a key, nothing is tried. */
function troubledSince({ failingSince, lastSuccess }: PollState, { adminKey }: Config): number | null {
  return failingSince ?? (adminKey === null ? lastSuccess : null)
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
