import type { Config } from '../../config/readConfig.ts'
import { DAY_S } from '../../usage/utcDay.ts'
import type { PollState } from '../store/pollState.ts'
import { blindNoticeAt } from '../watch/blindNotice.ts'
import { LONGEST_NAP_MS, LONGEST_RETRY_AFTER_MS, nextPollAt, nextSlot, waitEnd } from './schedule.ts'

// What is due, and when, from what is known at one moment. Times are Unix milliseconds.

export interface Moment {
  now: number
  config: Config
  state: PollState
  /** The end of the rest after a failure of the object's own making. */
  napUntil: number
}

/** When each of these is due; null: nothing is owed, or it is under way. */
export interface OwedWork {
  deliveryAt: number | null
  historyAt: number | null
  /** Of what OpenAI is still to be asked for beside the open days. */
  readAt: number | null
  /** Of a digest, or of what memory has beyond storage. */
  noteAt: number | null
}

/** More work than one wake may do waits for the next. */
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

/** When the alarm is next needed. Never empty: the next poll is always one of them. */
export function wakeTimes(moment: Moment, { deliveryAt, historyAt, readAt, noteAt }: OwedWork): number[] {
  const { state, config, now } = moment
  const nap = napEnd(moment)
  const soon = now + FOLLOW_UP_MS
  const dues = [pollDueAt(moment), (Math.floor(now / 1000 / DAY_S) + 1) * DAY_S * 1000]
  const notice = blindNoticeAt(state, config)
  if (notice !== null) dues.push(Math.max(notice, nap))
  if (noteAt !== null) dues.push(Math.max(noteAt, nap))
  if (deliveryAt !== null) dues.push(Math.max(deliveryAt, nap))
  if (historyAt !== null) dues.push(Math.max(historyAt, soon, nap))
  if (readAt !== null) dues.push(Math.max(readAt, soon, restsUntil(moment), nap))
  return dues
}

function napEnd({ napUntil, now }: Moment): number {
  return waitEnd(napUntil, now, LONGEST_NAP_MS)
}
