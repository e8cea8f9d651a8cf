import { addDays, dateOf, datesFrom, floorTo, HOUR_S, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'
import { budgetNotices, monthSums } from '../foresight/budgetNotices.ts'
import { guarded } from '../foresight/guarded.ts'
import { closesAt, type Memory, sideReadOf } from '../memory.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { type CostDay, readCostDay, readCostSums, writeCostDay } from '../store/costStore.ts'
import { writePollState } from '../store/pollState.ts'
import { fromFault, type ReadOutcome } from './readOutcome.ts'
import { isSideReadDue } from './sideRead.ts'

/** Days that a fresh tracker starts with; also how far back an absence is made good. */
const FIRST_DAYS = 30

/** Costs are read once an hour: OpenAI itself is up to a day late with them. */
export function areCostsDue(memory: Memory, now: number): boolean {
  const failed = sideReadOf(memory, 'costs', '')
  if (failed !== null) return isSideReadDue(failed, now)
  const nowS = Math.floor(now / 1000)
  const { costsReadS } = memory.state
  return costsReadS > nowS || floorTo(nowS, HOUR_S) !== floorTo(costsReadS, HOUR_S)
}

/** Reads what the dates cost that may still move, and the month before at first. */
export async function readCostDays(desk: Desk): Promise<ReadOutcome> {
  const { sql } = desk.ports
  const nowS = Math.floor(desk.ports.now() / 1000)
  const today = dateOf(nowS)
  const oldest = addDays(today, -FIRST_DAYS)
  const held = new Map(readCostSums(sql, oldest, today).map(day => [day.date, day]))
  const from = datesFrom(oldest, today).find(date => held.get(date)?.final !== true) ?? today
  const read = await desk.ask(upstream => desk.ports.readCosts(upstream, { start: startOf(from), end: null }))
  if (!read.ok) return fromFault(read)
  const spoiled = new Set(read.spoiled.map(({ start }) => dateOf(start)))
  const byDate = new Map(read.days.map(day => [dateOf(day.start), day.rows]))
  let ids: number[] = []
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const before = monthSums(desk, from, today)
    for (const date of datesFrom(from, today)) {
      if (spoiled.has(date)) continue
      const rows = byDate.get(date) ?? []
      const final = nowS >= closesAt(date)
      const before = readCostDay(sql, date)
      const day: CostDay = {
        date,
        revision: seq,
        final,
        nanoUsd: rows.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0),
        rows: [...rows].sort((a, b) => (`${a.project} ${a.lineItem}` < `${b.project} ${b.lineItem}` ? -1 : 1)),
      }
      if (before === null || before.final !== final || JSON.stringify(before.rows) !== JSON.stringify(day.rows))
        writeCostDay(sql, day)
    }
    const now = desk.ports.now()
    ids = writeNotices(
      desk,
      guarded(desk, 'budget', [], () => budgetNotices(desk, before, nowS)),
      seq,
      now,
    )
    const state = { ...memory.state, seq, costsReadS: nowS }
    writePollState(sql, state)
    return { ...memory, state }
  })
  desk.unshown.push(...ids)
  const [bad] = read.spoiled
  if (bad === undefined) return { ok: true, requests: read.requests }
  return fromFault({ fault: { kind: 'malformed', detail: bad.detail, requestId: null }, requests: read.requests })
}
