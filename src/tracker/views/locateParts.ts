/** A date of a list that is newest first, and who has its entries. */
export interface CountedDate {
  date: string
  isOwn: boolean
  entries: number
}

export type LocatedPart =
  | { isOwn: true; dates: string[]; skip: number; take: number }
  | { isOwn: false; oldest: string; newest: string; skip: number; take: number }

/**
 * Where a page of a newest-first list is found: runs of dates with one owner, each with what to skip and to take of it. The
 * counts by date stand in for a COUNT over D1, which would read every row, and they narrow a read to the dates of the page.
 */
export function locateParts(
  dates: readonly CountedDate[],
  limit: number,
  offset: number,
): { parts: LocatedPart[]; total: number } {
  const total = dates.reduce((sum, { entries }) => sum + entries, 0)
  const parts: LocatedPart[] = []
  let before = 0
  for (const { date, isOwn, entries } of dates) {
    const skip = Math.max(0, offset - before)
    const take = Math.min(entries - skip, offset + limit - Math.max(before, offset))
    before += entries
    if (take <= 0) continue
    const last = parts.at(-1)
    if (last === undefined || last.isOwn !== isOwn) {
      parts.push(isOwn ? { isOwn, dates: [date], skip, take } : { isOwn, oldest: date, newest: date, skip, take })
      continue
    }
    last.take += take
    if (last.isOwn) last.dates.push(date)
    else last.oldest = date
  }
  return { parts, total }
}
