import type { UpstreamFault } from '../../openai/upstreamFault.ts'
import { foldByDate } from '../../usage/foldBuckets.ts'
import { isSteepFall, tierTotals } from '../../usage/tierTotals.ts'
import type { GroupMap } from '../../usage/usageGroup.ts'
import { dateOf, endOf, startOf } from '../../usage/utcDay.ts'
import type { Desk } from '../desk.ts'

export type ReadDates =
  | {
      ok: true
      groups: Map<string, GroupMap>
      /** Dates whose bucket is not what the API promises, with what is wrong in it. */
      spoiled: Map<string, string>
      /** Dates that are to be read each by itself. */
      apart: string[]
      requests: number
      simulated: boolean
    }
  | { ok: false; fault: UpstreamFault; requests: number }

/** The groups of consecutive dates; a steep fall is believed only when a second read says the same. */
export async function gatherDates(desk: Desk, dates: readonly string[], held?: GroupMap): Promise<ReadDates> {
  const read = await gatherOnce(desk, dates)
  if (!read.ok || !fallsSteeply(desk, read.groups, held)) return read
  desk.ports.log({ event: 'steep_fall', detail: 'more than half of a day is gone; reading again before believing it' })
  const again = await gatherOnce(desk, dates)
  return { ...again, requests: read.requests + again.requests }
}

async function gatherOnce(desk: Desk, dates: readonly string[]): Promise<ReadDates> {
  const [oldest, newest] = [dates[0], dates.at(-1)]
  if (oldest === undefined || newest === undefined) throw new RangeError('a read is of one date at least')
  const today = dateOf(Math.floor(desk.ports.now() / 1000))
  const gathered = await desk.gather({
    width: '1d',
    start: startOf(oldest),
    end: newest < today ? endOf(newest) : null,
  })
  if (!gathered.ok) return gathered
  const spoiled = new Map(gathered.spoiled.map(({ start, detail }) => [dateOf(start), detail]))
  const groups = foldByDate(gathered.buckets, dates, desk.classify)
  for (const [date, of] of groups) {
    const totals = tierTotals(of.values(), desk.classify)
    if (!Number.isSafeInteger(totals.premium.tokens) || !Number.isSafeInteger(totals.mini.tokens))
      spoiled.set(date, 'the tokens of a day add up to more than can be counted exactly')
  }
  for (const date of [...spoiled.keys()]) {
    groups.delete(date)
    if (!dates.includes(date)) spoiled.delete(date)
  }
  return { ok: true, groups, spoiled, apart: [], requests: gathered.requests, simulated: gathered.simulated }
}

function fallsSteeply(desk: Desk, groups: ReadonlyMap<string, GroupMap>, held?: GroupMap): boolean {
  return [...groups].some(([date, after]) => {
    const before = held ?? desk.memory.days.get(date)?.groups
    return (
      before !== undefined &&
      isSteepFall(tierTotals(before.values(), desk.classify), tierTotals(after.values(), desk.classify))
    )
  })
}
