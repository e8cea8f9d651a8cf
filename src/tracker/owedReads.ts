import { faultWords } from '../openai/upstreamFault.ts'
import { backfill } from './backfill.ts'
import type { Desk, Gathered } from './desk.ts'
import { dueHourReads, readHoursOf } from './hourReads.ts'
import type { Memory } from './memory.ts'
import { rebuildGap } from './rebuildGap.ts'
import type { Gap } from './store/gapStore.ts'

/** A read that is owed beside the poll itself. */
export type OwedRead = { kind: 'gap'; gap: Gap } | { kind: 'backfill' } | { kind: 'hours'; date: string }

/** At most this many in one wake: a minute gap takes a dozen pages of the 50 requests that the free plan allows. */
const READS_PER_WAKE = 3

/** What is owed now, in the order of its use: the hole in today's curve, the month, the hours. Nothing before the first poll. */
export function owedReads(memory: Memory, nowS: number, pollCron: string): OwedRead[] {
  if (memory.state.firstSuccess === null) return []
  return [
    ...memory.gaps.filter(gap => gap.width === '1m').map(gap => ({ kind: 'gap' as const, gap })),
    ...(memory.state.backfill === 'pending' ? [{ kind: 'backfill' as const }] : []),
    ...dueHourReads(memory, nowS, pollCron).map(date => ({ kind: 'hours' as const, date })),
  ]
}

/** Does the first few. Returns false when OpenAI failed one: the rest waits for the next poll. */
export async function readOwedBatch(desk: Desk): Promise<boolean> {
  for (const owed of owedReads(desk.memory, Math.floor(desk.ports.now() / 1000), desk.config.pollCron).slice(
    0,
    READS_PER_WAKE,
  )) {
    const startedAt = desk.ports.now()
    const read = await readOne(desk, owed)
    desk.ports.log({
      event: 'read',
      level: read.ok ? 'info' : 'warn',
      kind: owed.kind,
      ...(owed.kind === 'hours' && { date: owed.date }),
      outcome: read.ok ? 'ok' : faultWords(read.fault).code,
      upstream_requests: read.requests,
      duration_ms: desk.ports.now() - startedAt,
    })
    if (read.ok) continue
    desk.heed(read.fault)
    return false
  }
  return true
}

function readOne(desk: Desk, owed: OwedRead): Promise<Gathered> {
  switch (owed.kind) {
    case 'gap':
      return rebuildGap(desk, owed.gap)
    case 'backfill':
      return backfill(desk)
    case 'hours':
      return readHoursOf(desk, owed.date)
  }
}
