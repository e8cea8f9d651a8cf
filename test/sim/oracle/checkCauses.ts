import type { Settings } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'
import { costOfMonth } from './costOfMonth.ts'
import type { Findings } from './failure.ts'
import type { DayView, Known } from './known.ts'
import { lastSlot } from './lastSlot.ts'
import type { NoticeRow } from './noticeRows.ts'
import { DAY, midnightOf } from './truth.ts'

/** A row is dated when its poll began; a steep fall is read a second time. */
const POLL_TAKES_S = 125
const SPIKE_PART = 0.05
const SPIKE_TIMES = 4
const PACE_FROM_PART = 0.25
/** Two readings ten minutes apart, less a slot's delay. */
const PACE_STANDS_S = 540

/** Each row has its cause in what OpenAI had said when it was written. */
export function checkCauses(world: World, known: Known, rows: readonly NoticeRow[], findings: Findings): void {
  // A clock that was wrong makes days of its own.
  if (world.wrongTimes.length > 0) return
  const polls = known.polls.map(view => ({ view, at: view.walk.clockS }))
  for (const row of rows) {
    const fits = causeOf(row, world, known, rows)
    if (fits === null) continue
    const near = polls.filter(({ at }) => at >= row.timestamp && at <= row.timestamp + POLL_TAKES_S)
    const isCaused =
      typeof fits === 'boolean'
        ? fits
        : near.some(({ view }) => (view.date === row.date || row.kind === 'new_model') && fits(view))
    findings.expect(
      'notices',
      isCaused,
      () => `${row.key} at ${row.timestamp} has no cause (${row.tokens_used} tokens)`,
    )
  }
}

type Fits = ((view: DayView) => boolean) | boolean

/** Null: judged elsewhere. */
function causeOf(row: NoticeRow, world: World, known: Known, rows: readonly NoticeRow[]): Fits | null {
  const { tier } = row
  switch (row.kind) {
    case 'billed':
      return view => tier !== null && view.tiers[tier].billed > 0 && mayHaveFree(view, tier, known, 7)
    case 'free_stopped':
      return view => tier !== null && hasStopped(view, tier) && freeDays(view, tier, known).most >= 5
    case 'spike':
      return view => isSpike(row, view, known)
    case 'new_model':
      // Also the last minutes of a day that is over, which are read with the next.
      return ({ walk }) =>
        known.at(row.date, walk).some(({ unknown }) => unknown.has(row.key.slice('new_model '.length)))
    case 'pace':
      return view => isOnPace(row, view, world, known)
    case 'leftover':
      return view => isLeftOver(view, settingsOf(world, view), known)
    case 'budget':
      return isSpent(row, world)
    case 'digest':
      return isDigestDue(row, world, rows)
    default:
      return null
  }
}

export function settingsOf(world: World, { walk }: DayView): Required<Settings> {
  return world.settingsAt(walk.startedAt)
}

export function limitOf(settings: Required<Settings>, tier: 'premium' | 'mini'): number {
  return tier === 'premium' ? settings.premiumLimit : settings.miniLimit
}

function mayHaveFree(view: DayView, tier: 'premium' | 'mini', known: Known, days: number): boolean {
  if (view.tiers[tier].free > 0) return true
  return known.before(view.walk, days).some(views => views.some(({ tiers }) => tiers[tier].free > 0))
}

export function hasStopped({ tiers, date, walk }: DayView, tier: 'premium' | 'mini'): boolean {
  const { free, requests } = tiers[tier]
  return free === 0 && requests >= 20 && walk.clockS - midnightOf(date) >= 6 * 3600 - POLL_TAKES_S
}

/** Of the seven days before, how many had free tokens: at least, and at most. */
export function freeDays({ walk }: DayView, tier: 'premium' | 'mini', known: Known): { least: number; most: number } {
  const days = known.before(walk, 7)
  const isFree = ({ tiers }: DayView) => tiers[tier].free > 0
  return {
    least: days.filter(views => views.length > 0 && views.every(isFree)).length,
    most: days.filter(views => views.some(isFree)).length,
  }
}

/** Its highest day of fourteen, at least and at most. */
export function highestOf(view: DayView, tier: 'premium' | 'mini', user: string, known: Known) {
  const ofDays = known.before(view.walk, 14).map(views => views.map(({ tiers }) => tiers[tier].users.get(user) ?? 0))
  return {
    least: Math.max(0, ...ofDays.filter(of => of.length > 0).map(of => Math.min(...of))),
    most: Math.max(0, ...ofDays.flat()),
  }
}

export function leaps(tokens: number, limit: number, highest: number): boolean {
  return tokens >= limit * SPIKE_PART && tokens > highest * SPIKE_TIMES
}

function isSpike(row: NoticeRow, view: DayView, known: Known): boolean {
  const user = row.key.slice(`spike ${row.date} `.length)
  if (row.tier === null) return false
  const tokens = view.tiers[row.tier].users.get(user)
  return tokens === row.tokens_used && leaps(tokens, row.limit_value, highestOf(view, row.tier, user, known).least)
}

function isOnPace(row: NoticeRow, view: DayView, world: World, known: Known): boolean {
  const { tier } = row
  if (tier === null) return false
  const speaks = (of: DayView) => {
    const settings = settingsOf(world, of)
    const used = settings.limitCounts === 'free' ? of.tiers[tier].free : of.tiers[tier].tokens
    const limit = limitOf(settings, tier)
    return used >= limit * PACE_FROM_PART && used < limit
  }
  const earlier = known.polls.some(
    of => of.date === row.date && of.walk.clockS <= view.walk.clockS - PACE_STANDS_S && speaks(of),
  )
  return speaks(view) && earlier
}

function isLeftOver(view: DayView, { leftoverHours, ...settings }: Required<Settings>, known: Known): boolean {
  if (leftoverHours <= 0) return false
  if (view.walk.clockS < midnightOf(view.date) + DAY - leftoverHours * 3600) return false
  return (['premium', 'mini'] as const).some(
    tier => mayHaveFree(view, tier, known, 7) && view.tiers[tier].free < limitOf({ leftoverHours, ...settings }, tier),
  )
}

function isSpent(row: NoticeRow, world: World): boolean {
  const month = row.key.split(' ')[1] ?? ''
  return world.openai.costReads
    .filter(({ clockS }) => clockS >= row.timestamp && clockS <= row.timestamp + POLL_TAKES_S)
    .some(read => {
      const { budgetUsd, budgetThresholds } = world.settingsAt(read.startedAt)
      if (budgetUsd === null || row.threshold === null || !budgetThresholds.includes(row.threshold)) return false
      return costOfMonth(world, month, read).most * 100 >= budgetUsd * 1e9 * row.threshold - 1
    })
}

/** A slot of the schedule lies between the last digest, or the start, and this one. */
function isDigestDue(row: NoticeRow, world: World, rows: readonly NoticeRow[]): boolean {
  const { digest } = world.settingsAt(row.timestamp * 1000 + 999)
  if (digest === null) return false
  const before = rows.findLast(({ kind, id }) => kind === 'digest' && id < row.id)
  const since = before?.timestamp ?? world.scenario.start / 1000
  return lastSlot(digest, row.timestamp) > since
}
