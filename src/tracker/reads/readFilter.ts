import { totalTokens } from '../../usage/usageGroup.ts'
import { addDays, dateOf, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { type Memory, sideReadOf, withSideRead } from '../memory.ts'
import { writeSideRead } from '../store/sideReadStore.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'
import { isSideReadDue, type SideFault } from './sideRead.ts'

/** How often it is asked whether the projects are the right ones, while they have no traffic at all. */
const AGAIN_AFTER_MS = 6 * HOUR_S * 1000

/** What the last look found: kept as the row's words, so that the status can say it at every wake. */
export const FILTERED_TO_NOTHING: SideFault = {
  code: 'filter_matches_nothing',
  message: 'The projects of OPENAI_PROJECT_IDS have no traffic, but the organisation has.',
  action: 'Check OPENAI_PROJECT_IDS: ids start with proj_, and names are no ids.',
}

/** A filter that matches nothing looks like a quiet organisation: nothing is counted, so no alert can ever come. */
export function isFilterDue(memory: Memory, now: number): boolean {
  const read = sideReadOf(memory, 'filter', '')
  return isIdle(memory) && (read === null || isSideReadDue(read, now))
}

export function isFilteredToNothing(memory: Memory): boolean {
  return isIdle(memory) && sideReadOf(memory, 'filter', '')?.error?.code === FILTERED_TO_NOTHING.code
}

function isIdle({ days }: Memory): boolean {
  return (
    days.size > 0 && [...days.values()].every(day => [...day.groups.values()].every(each => totalTokens(each) === 0))
  )
}

export async function readFilter(desk: Desk): Promise<ReadOutcome> {
  const now = desk.ports.now()
  const start = startOf(addDays(dateOf(Math.floor(now / 1000)), -2))
  const read = await desk.gather({ width: '1d', start, end: null }, [])
  if (!read.ok) return fromFault(read)
  const used = read.buckets.some(bucket => bucket.groups.some(group => totalTokens(group) > 0))
  const looked = {
    kind: 'filter' as const,
    key: '',
    since: now,
    attempts: 0,
    nextAt: now + AGAIN_AFTER_MS,
    error: used ? FILTERED_TO_NOTHING : null,
  }
  desk.commit(memory => {
    writeSideRead(desk.ports.sql, looked)
    return { ...memory, reads: withSideRead(memory.reads, looked) }
  })
  return { ok: true, requests: read.requests }
}
