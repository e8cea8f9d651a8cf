import type { Config } from '../config/readConfig.ts'
import { DAY_S } from '../usage/utcDay.ts'
import { blindNoticeAt } from './blindNotice.ts'
import { LONGEST_RETRY_MS } from './drainHistory.ts'
import { LONGEST_NAP_MS, LONGEST_RETRY_AFTER_MS, nextPollAt, nextSlot, waitEnd } from './schedule.ts'
import type { PollState } from './store/pollState.ts'

// What is due, and when, from what is known at one moment. Times are Unix milliseconds.

export interface Moment {
  now: number
  config: Config
  state: PollState
  /** The end of the rest after a failure of the object's own making. */
  napUntil: number
}

export interface OwedWork {
  /** When the next message is due; null: none is owed, or they are being sent. */
  deliveryAt: number | null
  /** Whether D1 is to be given something. */
  history: boolean
  /** Whether OpenAI is still to be asked for something beside the open days. */
  reads: boolean
}

/** More reads than one wake may make wait for the next: it stays far below the free plan's 50 requests. */
const FOLLOW_UP_MS = 1_000

export function pollDueAt(moment: Moment): number {
  const { config, state, now } = moment
  if (config.adminKey === null) return nextSlot(config.pollCron, now)
  if (state.failures === 0) return Math.max(nextPollAt(config.pollCron, state, now, 0), napEnd(moment))
  return Math.max(Math.min(state.nextPoll ?? now, nextPollAt(config.pollCron, state, now, 1)), napEnd(moment))
}

/** Until when OpenAI asked to be left alone. */
export function restsUntil({ state, now }: Moment): number {
  return waitEnd(state.notBefore, now, LONGEST_RETRY_AFTER_MS)
}

export function historyRetryAt({ state, now }: Moment): number {
  return waitEnd(state.historyFault?.retryAt ?? 0, now, LONGEST_RETRY_MS)
}

/** When the alarm is next needed. Never empty: the next poll is always one of them. */
export function wakeTimes(moment: Moment, owed: OwedWork): number[] {
  const { state, config, now } = moment
  const nap = napEnd(moment)
  const dues = [pollDueAt(moment), (Math.floor(now / 1000 / DAY_S) + 1) * DAY_S * 1000]
  const notice = blindNoticeAt(state, config)
  if (notice !== null) dues.push(Math.max(notice, nap))
  if (owed.deliveryAt !== null) dues.push(Math.max(owed.deliveryAt, nap))
  const { historyFault } = state
  if (owed.history && historyFault?.reason !== 'needs_migration') {
    dues.push(Math.max(historyFault === null ? now + FOLLOW_UP_MS : historyRetryAt(moment), nap))
  }
  if (owed.reads) dues.push(Math.max(now + FOLLOW_UP_MS, restsUntil(moment), nap))
  return dues
}

function napEnd({ napUntil, now }: Moment): number {
  return waitEnd(napUntil, now, LONGEST_NAP_MS)
}
