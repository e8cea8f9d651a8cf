import type { HistoryEntry } from '../../../src/wire.ts'
import { DAY, type World } from '../tracker/world.ts'

// What history must show, recomputed from the ledger alone, beside what D1 and the API do show. Dates are named by their
// midnight (Unix seconds).

export const dateAt = (midnight: number) => new Date(midnight * 1000).toISOString().slice(0, 10)
export const midnights = (from: number, to: number) =>
  Array.from({ length: Math.max(0, Math.round((to - from) / DAY)) }, (_, n) => from + n * DAY)

/** Something in every hour of both tiers, in its middle: a tick at a full hour is the same whether polled or rebuilt. */
export function everyHour(world: World, from: number, to: number): void {
  for (let hour = from; hour < to; hour += 3600) {
    const step = Math.round((hour - from) / 3600)
    world.use({ at: hour + 1800, input: 100 + (step % 17), output: step % 5, model: 'gpt-4o' })
    world.use({ at: hour + 1801, input: 200 + (step % 29), model: 'gpt-4o-mini', project: 'proj_b' })
  }
}

/** Of each date: the tokens of both tiers. */
export function ledgerDays(world: World, from: number, to: number): [date: string, premium: number, mini: number][] {
  return midnights(from, to).map(midnight => {
    const { premium, mini } = world.truth(midnight, midnight + DAY)
    return [dateAt(midnight), premium, mini]
  })
}

/** Of each date: what D1 has of it by the hour, of both tables, which must say the same. */
export async function storedHourSums(world: World, from: number, to: number): Promise<[string, number, number][]> {
  const sums = async (sql: string) =>
    (await world.rows<{ date: string; premium: number; mini: number }>(sql, from, to)).map(
      ({ date, premium, mini }): [string, number, number] => [date, premium, mini],
    )
  const totals = await sums(
    `SELECT date(hour, 'unixepoch') AS date, sum(premium_tokens) AS premium, sum(mini_tokens) AS mini FROM hour_totals
     WHERE hour >= ? AND hour < ? GROUP BY 1 ORDER BY 1`,
  )
  const models = await sums(
    `SELECT date(hour, 'unixepoch') AS date, sum(iif(tier = 'premium', input_tokens + output_tokens, 0)) AS premium,
       sum(iif(tier = 'mini', input_tokens + output_tokens, 0)) AS mini FROM model_usage
     WHERE hour >= ? AND hour < ? GROUP BY 1 ORDER BY 1`,
  )
  if (JSON.stringify(totals) !== JSON.stringify(models))
    throw new Error(`hour_totals ${JSON.stringify(totals)}, model_usage ${JSON.stringify(models)}`)
  return totals
}

/** Closed days as D1 has them. */
export async function storedFinalDays(world: World, from: number, to: number): Promise<[string, number, number][]> {
  const rows = await world.rows<{ date: string; premium: number; mini: number }>(
    `SELECT date, sum(iif(tier = 'premium', tokens_used, 0)) AS premium, sum(iif(tier = 'mini', tokens_used, 0)) AS mini
     FROM daily_summaries WHERE date >= ? AND date < ? AND final = 1 GROUP BY 1 ORDER BY 1`,
    dateAt(from),
    dateAt(to),
  )
  return rows.map(({ date, premium, mini }) => [date, premium, mini])
}

/** The list of hours by model: newest first, then by name. */
export function ledgerEntries(world: World, from: number): [timestamp: string, model: string, tokens: number][] {
  const entries = new Map<string, number>()
  for (const use of world.ledger.visible(from, world.now + 1, world.now)) {
    const key = `${new Date(Math.floor(use.at / 3600) * 3_600_000).toISOString()} ${use.model}`
    entries.set(key, (entries.get(key) ?? 0) + use.input + use.output)
  }
  return [...entries]
    .filter(([, tokens]) => tokens > 0)
    .map(([key, tokens]): [string, string, number] => [key.slice(0, 24), key.slice(25), tokens])
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? 1 : -1))
}

/** The whole list as the API shows it, page by page; each page must tell the same total, which is their number. */
export async function shownEntries(world: World, limit: number): Promise<[string, string, number][]> {
  const shown: [string, string, number][] = []
  for (let offset = 0; ; offset += limit) {
    const { status, body } = await world.call<{
      data: HistoryEntry[]
      pagination: { total: number; hasMore: boolean }
    }>(`GET /api/history?limit=${limit}&offset=${offset}`)
    if (status !== 200) throw new Error(`offset ${offset}: ${status} ${JSON.stringify(body)}`)
    shown.push(
      ...body.data.map((entry): [string, string, number] => [entry.timestamp, entry.model, entry.total_tokens]),
    )
    if (body.pagination.hasMore) continue
    if (body.pagination.total !== shown.length)
      throw new Error(`total ${body.pagination.total}, entries ${shown.length}`)
    return shown
  }
}
