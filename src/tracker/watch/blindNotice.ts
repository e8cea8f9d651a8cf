import { recordWithoutTier } from '../../alerts/alertRecord.ts'
import type { Message, Notice } from '../../alerts/message.ts'
import type { WatchMessage } from '../../alerts/watchMessage.ts'
import { watchHeadline } from '../../alerts/watchWords.ts'
import type { Config } from '../../config/readConfig.ts'
import { dateOf } from '../../usage/utcDay.ts'
import { blindAt } from '../cycle/schedule.ts'
import type { PollState } from '../store/pollState.ts'
import { troubleOf } from './trouble.ts'

// Silence is only worth something while the tracker sees. Once an incident its receivers are told that it does not, and
// once that it does again.

/** Shorter troubles mend themselves, and on a schedule of seconds three slots are no time. */
export const TOLD_AFTER_MS = 15 * 60_000

/** When it is to be noted, and told (Unix ms), receivers or not; null while the tracker sees, or when that has been done. */
export function blindNoticeAt(state: PollState, config: Config): number | null {
  const { failingSince, blindTold } = state
  if (failingSince === null || blindTold !== null) return null
  return Math.max(blindAt(config.pollCron, lastReading(state) ?? failingSince), failingSince + TOLD_AFTER_MS)
}

/** Since when each try has failed, once one at `startedAt` has failed too. */
export function failingSinceAfter({ failingSince, nextPoll }: PollState, startedAt: number): number {
  // A later time was noted by a clock that has jumped back since.
  if (failingSince === null || failingSince > startedAt) return startedAt
  // The tracker was away when it should have tried: it does not know how long OpenAI failed.
  return nextPoll !== null && startedAt > nextPoll + TOLD_AFTER_MS ? startedAt : failingSince
}

/** The same for a tracker whose key was taken: nothing is tried. Null: it has its key, or never had one. */
export function keylessSince({ failingSince, lastSuccess }: PollState, config: Config, now: number): number | null {
  if (config.adminKey !== null || lastSuccess === null) return null
  return failingSince === null || failingSince > now ? now : failingSince
}

export function blindMessage(state: PollState, config: Config, seq: number, now: number): WatchMessage {
  const trouble = troubleOf(state, config)
  const { failingSince } = state
  if (trouble === null || failingSince === null) throw new RangeError('nobody is told of trouble that is not there')
  const since = seconds(failingSince)
  const last = lastReading(state)
  return {
    kind: 'blind',
    id: `blind-${state.installation}-${since}-${seq}`,
    lastSuccess: last === null ? null : seconds(last),
    failingSince: since,
    firedAt: seconds(now),
    trouble,
  }
}

/** The end of what `told` began. */
export function seeingMessage(told: WatchMessage, installation: string, seq: number, now: number): WatchMessage {
  return { ...told, kind: 'seeing', id: `seeing-${installation}-${told.failingSince}-${seq}`, firedAt: seconds(now) }
}

/** The row and the message of the tracker going blind, or seeing again. */
export function watchNotice(message: WatchMessage): Notice {
  return {
    message,
    records: [
      recordWithoutTier({
        kind: 'watch',
        key: `watch ${message.id}`,
        date: dateOf(message.firedAt),
        message: watchHeadline(message),
        firedAt: message.firedAt,
      }),
    ],
  }
}

/** Whether a message still owed is no longer true: it would be the receiver's last word. Alerts stay true. */
export function isOutdated(message: Message, { blindTold }: PollState): boolean {
  if (message.kind === 'blind') return message.id !== blindTold?.id
  return message.kind === 'seeing' && blindTold !== null
}

/** The last success before the trouble (ms). One that is later was noted by a clock that has jumped back since. */
function lastReading({ lastSuccess, failingSince }: PollState): number | null {
  return lastSuccess === null ? null : Math.min(lastSuccess, failingSince ?? lastSuccess)
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
