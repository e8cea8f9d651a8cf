import { dateOf, endOf } from '../usage/utcDay.ts'
import type { AlertKind, Tier } from '../wire.ts'
import { alertKindOf } from './alertKindOf.ts'
import type { Message } from './message.ts'

/** What receivers that have a state (PagerDuty, Alertmanager) hold open until it ends. Times are Unix seconds. */
export interface Incident {
  /** The same over all messages about it. */
  key: string
  kind: AlertKind | 'test'
  tier?: Tier
  startsAt: number
  /** When it is over whatever happens; for one that has ended, when it did. */
  endsAt: number
  hasEnded: boolean
  /** True where nothing but time ends it: the tracker tells its receivers when that has come. */
  endsByTime: boolean
  /** Of the messages that it ends; empty while it goes on. */
  severities: readonly string[]
}

/** What is told after its end is shown for so long all the same, or nobody would ever see it. */
const SHOWN_S = 3600
/** Nobody knows when a tracker sees again; one that is gone for good must not stand there for ever. */
const BLIND_S = 7 * 86_400
const TEST_S = 300

/**
 * A tier's thresholds of one day are one incident until the reset, and so is the tracker being blind until it sees again.
 * Any other message is one by itself: a budget until the end of its month, all others until the reset.
 */
export function incidentOf(message: Message): Incident {
  const { kind, id, firedAt } = message
  const named = (name: string) => `oai-usage/${id.split('-')[1]}/${name}`
  const ongoing = { kind: alertKindOf(message), startsAt: firedAt, hasEnded: false, endsByTime: false, severities: [] }
  switch (kind) {
    case 'alert': {
      const { tier, date, resetsAt } = message
      const endsAt = resetsAt > firedAt ? resetsAt : firedAt + SHOWN_S
      return { ...ongoing, key: named(`${tier}/${date}`), tier, endsAt, endsByTime: true }
    }
    case 'blind':
      return { ...ongoing, key: named(`blind/${message.failingSince}`), endsAt: firedAt + BLIND_S }
    case 'seeing': {
      const ended = { startsAt: message.failingSince, endsAt: firedAt, hasEnded: true, severities: ['critical'] }
      return { ...ongoing, ...ended, key: named(`blind/${message.failingSince}`) }
    }
    case 'brake': {
      const { event, date, resetsAt } = message
      const key = named(`brake-${event === 'failed' ? id : date}`)
      if (event === 'released') return { ...ongoing, key, endsAt: firedAt, hasEnded: true, severities: ['critical'] }
      return { ...ongoing, key, endsAt: Math.max(resetsAt, firedAt + SHOWN_S), endsByTime: true }
    }
    case 'resolved': {
      const { key, tier, startedAt, severities } = message
      const ended = { startsAt: startedAt, endsAt: firedAt, hasEnded: true, severities }
      return { ...ongoing, ...ended, kind: message.of, key, ...(tier !== undefined && { tier }) }
    }
    case 'test':
      return { ...ongoing, kind, key: `oai-usage/${id}`, endsAt: firedAt + TEST_S }
    default: {
      const tier = 'tier' in message ? { tier: message.tier } : {}
      const due = endOfCause(message)
      const endsAt = due > firedAt ? due : firedAt + SHOWN_S
      return { ...ongoing, ...tier, key: `oai-usage/${id}`, endsAt, endsByTime: true }
    }
  }
}

function endOfCause(message: Message): number {
  if (message.kind === 'budget') return endOfMonth(message.month)
  return 'resetsAt' in message ? message.resetsAt : endOf(dateOf(message.firedAt))
}

/** Of `YYYY-MM`. */
function endOfMonth(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return Date.UTC(year, number, 1) / 1000
}
