import { Cron } from 'croner'
import { pollsADay } from './pollsADay.ts'
import type { VarReader } from './varReader.ts'

export const SCHEDULE_VARS = ['POLL_CRON', 'POLL_COOLDOWN_SECONDS'] as const
export const DEFAULT_POLL_CRON = '*/5 * * * *'
export const DEFAULT_POLL_COOLDOWN_SECONDS = 10

/** One a minute; more pass the free plan's daily allowance of rows. */
const MOST_FREE_POLLS_A_DAY = 1440
const LONGEST_COOLDOWN_SECONDS = 3600

export interface Schedule {
  /** UTC; five fields, or six with seconds first. It comes true again and again. */
  pollCron: string
  pollCooldownMs: number
}

type ScheduleReader = VarReader<(typeof SCHEDULE_VARS)[number]>

export function readSchedule(vars: ScheduleReader): Schedule {
  const pollCron = vars.read({
    name: 'POLL_CRON',
    parse: parseCron,
    fallback: DEFAULT_POLL_CRON,
    wanted: 'a cron expression with five fields (or six, seconds first) that comes true, in UTC, like */5 * * * *',
  })
  const polls = fieldsOf(pollCron) === 6 ? pollsADay(pollCron) : 0
  if (polls > MOST_FREE_POLLS_A_DAY) {
    vars.hint(
      'POLL_CRON',
      `POLL_CRON asks for ${polls} polls a day; the free plan carries ${MOST_FREE_POLLS_A_DAY}, one a minute.`,
    )
  }
  const cooldownSeconds = vars.read<number>({
    name: 'POLL_COOLDOWN_SECONDS',
    parse: parseSeconds,
    fallback: DEFAULT_POLL_COOLDOWN_SECONDS,
    wanted: `seconds from 0 to ${LONGEST_COOLDOWN_SECONDS}`,
  })
  return { pollCron, pollCooldownMs: cooldownSeconds * 1000 }
}

/** Null: it is none, or never comes true. */
export function parseCron(value: string): string | null {
  const fields = fieldsOf(value)
  // croner would also take ISO dates and seven fields (years).
  if ((fields !== 5 && fields !== 6) || !/^[\d*/,\-\sA-Za-z#?L]+$/.test(value)) return null
  try {
    const cron = new Cron(value, { mode: fields === 6 ? '6-part' : '5-part', utcOffset: 0, paused: true })
    return cron.nextRun(new Date(0)) === null ? null : value
  } catch {
    return null
  }
}

function fieldsOf(cron: string): number {
  return cron.split(/\s+/).length
}

function parseSeconds(value: string): number | null {
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN
  return seconds >= 0 && seconds <= LONGEST_COOLDOWN_SECONDS ? seconds : null
}
