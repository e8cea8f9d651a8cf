import type { World } from '../world/world.ts'
import { freeDays, hasStopped, highestOf, leaps, limitOf, settingsOf } from './checkCauses.ts'
import { costOfMonth } from './costOfMonth.ts'
import type { Findings } from './failure.ts'
import { type DayView, datesBefore, type Known } from './known.ts'
import { lastSlot } from './lastSlot.ts'
import type { NoticeRow } from './noticeRows.ts'
import { DAY, dateText, midnightOf } from './truth.ts'

/** Its row is in the book by the end of the poll that saw the cause; a poll's row has the time of its beginning. */
const WITHIN_S = 5
const MONTH_DAYS = 29
/** A digest comes with the wake that is due then, and that wake's poll before it. */
const DIGEST_WITHIN_S = 130
const PACE_CHANCE = 0.77
const PACE_STANDS_S = 660

/** Every cause that a poll has seen, of which it is sure that it was stored, has its row. */
export function checkDue(world: World, known: Known, rows: readonly NoticeRow[], findings: Findings): void {
  if (world.wrongTimes.length > 0) return
  const firstOf = new Map(rows.map(row => [row.key, row]))
  const isTold = (key: string, at: number) => (firstOf.get(key)?.timestamp ?? Number.POSITIVE_INFINITY) <= at + WITHIN_S
  const must = (key: string, at: number) =>
    findings.expect('due', isTold(key, at), () => `${key} had its cause at ${at}, and there is no row`)
  for (const view of known.polls) {
    if (!view.isCertain) continue
    const at = view.walk.clockS
    for (const [model, tokens] of view.unknown) if (tokens > 0) must(`new_model ${model}`, at)
    for (const tier of ['premium', 'mini'] as const) {
      const lately = (kind: string) =>
        rows.some(
          row => row.kind === kind && row.tier === tier && row.timestamp <= at + WITHIN_S && isRecent(row, view),
        )
      if (isBilled(view, tier, known) && !lately('billed')) must(`billed ${view.date} ${tier}`, at)
      if (hasStopped(view, tier) && at - midnightOf(view.date) >= 6 * 3600 && freeDays(view, tier, known).least >= 5)
        findings.expect(
          'due',
          lately('free_stopped'),
          () => `free ${tier} tokens had stopped at ${at}, and no row says so`,
        )
      if (isMonthKnown(view, known))
        for (const user of spikes(view, tier, known, world)) must(`spike ${view.date} ${user}`, at)
    }
    if (isMonthKnown(view, known) && isLeft(view, known, world)) must(`leftover ${view.date}`, at)
  }
  checkBudgets(world, must)
  checkDigests(world, known, rows, findings)
  checkPaces(world, must)
}

/** A cause that goes on is told once in a week. */
function isRecent(row: NoticeRow, view: DayView): boolean {
  return row.date === view.date || datesBefore(view.walk, 7).includes(row.date)
}

function isBilled(view: DayView, tier: 'premium' | 'mini', known: Known): boolean {
  const { billed, free } = view.tiers[tier]
  return billed > 0 && (free > 0 || freeDays(view, tier, known).least > 0)
}

/** The month before the first poll was read, and that is an hour ago. */
function isMonthKnown({ walk }: DayView, known: Known): boolean {
  return datesBefore(walk, MONTH_DAYS).every(date => {
    const [first] = known.at(date, walk)
    return first?.isCertain === true && (first.walk === walk || first.walk.endedAt < walk.startedAt - 60_000)
  })
}

function spikes(view: DayView, tier: 'premium' | 'mini', known: Known, world: World): string[] {
  const limit = limitOf(settingsOf(world, view), tier)
  const wasUsed = known
    .before(view.walk, 14)
    .some(views => views.every(({ tiers }) => tiers.premium.tokens + tiers.mini.tokens > 0))
  if (!wasUsed) return []
  return [...view.tiers[tier].users]
    .filter(([user, tokens]) => leaps(tokens, limit, highestOf(view, tier, user, known).most))
    .map(([user]) => user)
}

/** Only where nothing is to be foreseen: the tier is used, and none of it was free today. */
function isLeft(view: DayView, known: Known, world: World): boolean {
  const { leftoverHours, limitCounts } = settingsOf(world, view)
  const begins = midnightOf(view.date) + DAY - leftoverHours * 3600
  if (leftoverHours <= 0 || view.walk.clockS < begins || limitCounts !== 'all') return false
  return (['premium', 'mini'] as const).some(tier => {
    const { tokens, free } = view.tiers[tier]
    return tokens > 0 && free === 0 && freeDays(view, tier, known).least > 0
  })
}

function checkBudgets(world: World, must: (key: string, at: number) => void): void {
  const cuts = [...world.cuts, ...world.points.struck.map(({ at }) => at)]
  for (const read of world.openai.costReads) {
    const { budgetUsd, budgetThresholds } = world.settingsAt(read.startedAt)
    if (budgetUsd === null || cuts.some(at => at >= read.startedAt - 1000 && at <= read.startedAt + 2000)) continue
    const month = dateText(read.clockS).slice(0, 7)
    const { least } = costOfMonth(world, month, read)
    for (const threshold of budgetThresholds) {
      if (least * 100 >= budgetUsd * 1e9 * threshold + 1) must(`budget ${month} ${threshold}`, read.clockS)
    }
  }
}

/** A slot that passed since the schedule was set, and since the tracker saw that it was, has its digest. */
function checkDigests(world: World, known: Known, rows: readonly NoticeRow[], findings: Findings): void {
  const digests = rows.filter(({ kind }) => kind === 'digest').map(({ timestamp }) => timestamp)
  const certain = known.polls.filter(({ isCertain }) => isCertain)
  for (const [index, view] of certain.entries()) {
    const before = certain[index - 1]
    const settings = settingsOf(world, view)
    const { digest, alerts } = settings
    const isSame =
      before !== undefined &&
      world.settings.findLast(({ at }) => at <= view.walk.startedAt)?.at ===
        world.settings.findLast(({ at }) => at <= before.walk.startedAt)?.at
    if (!isSame || digest === null || !alerts.includes('digest')) continue
    const at = view.walk.clockS - DIGEST_WITHIN_S
    const slot = lastSlot(digest, at)
    if (slot <= before.walk.clockS + DIGEST_WITHIN_S) continue
    // The first poll after a silence comes before its own wake's digest.
    const isTold = digests.some(told => told >= slot && told <= view.walk.clockS + DIGEST_WITHIN_S)
    findings.expect('due', isTold, () => `a digest was due at ${slot}, and there is none at ${view.walk.clockS}`)
  }
}

/** What the answers themselves foresee: where they said so for some time, it was told. */
function checkPaces(world: World, must: (key: string, at: number) => void): void {
  for (const tier of ['premium', 'mini'] as const) {
    let since: { date: string; at: number } | null = null
    for (const { at, usage } of world.usages) {
      const { forecast, limit, tokens_used, free_tokens } = usage[tier]
      const used = world.settingsAt(at).limitCounts === 'free' ? free_tokens : tokens_used
      const isOn = (forecast?.chance ?? 0) >= PACE_CHANCE && used >= limit / 4 && used < limit && !usage.stale
      const asOf = forecast?.as_of ?? 0
      if (!isOn || since?.date !== usage.date) since = isOn ? { date: usage.date, at: asOf } : null
      else if (asOf - since.at >= PACE_STANDS_S && !isNew(world, since.at, at)) must(`pace ${usage.date} ${tier}`, asOf)
    }
  }
}

function isNew(world: World, fromS: number, to: number): boolean {
  const cuts = [...world.cuts, ...world.points.struck.map(({ at }) => at)]
  return cuts.some(at => at >= fromS * 1000 - 1000 && at <= to + 1000)
}
