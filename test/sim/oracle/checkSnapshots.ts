import type { Walk } from '../world/upstream.ts'
import type { World } from '../world/world.ts'
import type { Findings } from './failure.ts'
import { DAY, dateText, HOUR, midnightOf, sumUp, truthOf } from './truth.ts'

interface Row {
  timestamp: number
  date: string
  premium_tokens: number
  mini_tokens: number
}

const MINUTE = 60
const POLL_TAKES_S = 125
const STORED_WITHIN_MS = 1000

/** The curve: no tick of the schedule is missing, each says what OpenAI said then or, rebuilt, what the ledger says. */
export function checkSnapshots(world: World, findings: Findings): void {
  const rows = world.d1.read<Row>('SELECT * FROM usage_snapshots ORDER BY timestamp')
  const live = new Set<number>()
  let before: Row | null = null
  for (const row of rows) {
    findings.equal('snapshots', row.date, dateText(row.timestamp), () => `date of the snapshot at ${row.timestamp}`)
    if (isWrong(world, row.timestamp)) continue
    const walk = walkBehind(world, row)
    if (walk === null) checkRebuilt(world, row, findings)
    else if (isLive(world, row, walk)) {
      live.add(row.timestamp)
      const fell =
        before?.date === row.date &&
        row.premium_tokens + row.mini_tokens < (before.premium_tokens + before.mini_tokens) / 4
      findings.expect(
        'snapshots',
        !(walk.lie && fell),
        () => `half the figures were gone for one read, and were believed at ${row.timestamp}`,
      )
    }
    before = row
  }
  checkComplete(world, rows, live, findings)
}

export function isWrong(world: World, at: number): boolean {
  return world.wrongTimes.some(({ from, to }) => at >= from && at <= to)
}

/** The read of the open days that a snapshot shows, or null for a rebuilt one. */
export function walkBehind(world: World, row: Row): Walk | null {
  const from = midnightOf(row.date)
  // The snapshot is dated when the poll began; a steep fall is read a second time.
  const matches = walksFrom(world, row.timestamp, row.timestamp + POLL_TAKES_S).filter(walk => {
    if (walk.from > from || walk.to <= from || walk.spoiled.includes(from)) return false
    const truth = sumUp(walk.sums.filter(({ start }) => start === from).map(({ sum }) => sum))
    return truth.premium.tokens === row.premium_tokens && truth.mini.tokens === row.mini_tokens
  })
  return matches.find(walk => !walk.lie) ?? matches[0] ?? null
}

/** Reads of the open days by the hour of the object's clock: there are thousands, and a look asks for them row by row. */
const byHour = new WeakMap<World, { walks: number; hours: Map<number, Walk[]> }>()

export function walksFrom(world: World, fromS: number, toS: number): Walk[] {
  const { walks } = world.openai
  let held = byHour.get(world)
  if (held?.walks !== walks.length) {
    const polls = walks.filter(({ width }) => width === '1d')
    held = { walks: walks.length, hours: Map.groupBy(polls, ({ clockS }) => Math.floor(clockS / HOUR)) }
    byHour.set(world, held)
  }
  const hours = new Set([fromS, toS].map(at => Math.floor(at / HOUR)))
  return [...hours].flatMap(hour => held.hours.get(hour) ?? []).filter(({ clockS }) => clockS >= fromS && clockS <= toS)
}

/**
 * The row is what that read found. Something that struck while it was read or stored may have left nothing of it; a row
 * at a full minute may then be a rebuilt one.
 */
export function isLive({ points }: World, { timestamp }: Row, { startedAt, endedAt }: Walk): boolean {
  const struck = points.struck.some(({ at }) => at >= startedAt && at <= endedAt + STORED_WITHIN_MS)
  return timestamp % MINUTE !== 0 || !struck
}

/** Rebuilt from what OpenAI showed while it was rebuilt: full hours by one read, the minutes after them by another. */
function checkRebuilt(world: World, row: Row, findings: Findings): void {
  const { timestamp: at } = row
  findings.expect('snapshots', at % MINUTE === 0, () => `nobody read anything at ${at}, and it is no tick either`)
  const from = midnightOf(row.date)
  const hour = Math.floor(at / HOUR) * HOUR
  const readSince = (from: number) =>
    world.openai.walks
      .filter(walk => walk.width !== '1d' && walk.from <= at && walk.startedAt / 1000 >= from)
      .map(walk => walk.startedAt / 1000)
  const [hours, minutes] = [readSince(hour), readSince(at - MINUTE)]
  for (const tier of ['premium', 'mini'] as const) {
    const full = hours.map(asOf => truthOf(world.ledger, from, hour, asOf)[tier].tokens)
    const rest = minutes.map(asOf => truthOf(world.ledger, hour, at, asOf)[tier].tokens)
    const low = Math.min(...full) + Math.min(...rest)
    const high = Math.max(...full) + Math.max(...rest)
    const value = row[`${tier}_tokens`]
    findings.expect(
      'snapshots',
      value >= low && value <= high,
      () => `rebuilt ${tier} at ${at} is ${value}, must be ${low} to ${high}`,
    )
  }
}

function checkComplete(world: World, rows: readonly Row[], live: ReadonlySet<number>, findings: Findings): void {
  const times = rows.map(row => row.timestamp)
  const known = new Set(times)
  const lives = [...live].sort((a, b) => a - b)
  const first = lives[0]
  const last = lives.at(-1)
  if (first === undefined || last === undefined) {
    findings.expect('snapshots', world.wrongTimes.length > 0, () => 'there is no snapshot of any poll')
    return
  }
  const every = world.scenario.everyMinutes * MINUTE
  const lacks: number[] = []
  if (world.wrongTimes.length === 0) {
    // D1 forgets what is older than 402 days.
    const kept = Math.max(midnightOf(dateText(first)) - 7 * DAY, midnightOf(dateText(last)) - 400 * DAY)
    for (let at = kept; at < first; at += HOUR) if (!served(known, at) && !isThinned(world, times, at)) lacks.push(at)
  }
  for (let slot = Math.ceil(first / every) * every; slot < last; slot += every) {
    if (isWrong(world, slot) || served(known, slot)) continue
    if (slot % HOUR !== 0 && (isRebuiltByHours(times, slot) || isCoarse(world, slot))) continue
    if (isThinned(world, times, slot) || isGivenUp(world, slot)) continue
    lacks.push(slot)
  }
  findings.equal('snapshots', lacks.slice(0, 5), [], () => `ticks missing (${lacks.length} in all)`)
}

function served(known: ReadonlySet<number>, slot: number): boolean {
  for (let at = slot; at <= slot + MINUTE; at++) if (known.has(at)) return true
  return false
}

const COARSE_AFTER_TRIES = 4

/** Minutes that could not be read, or the hours that they are added to, are given up for hours after a few tries. */
function isCoarse({ openai, points }: World, slot: number): boolean {
  const isAfter = (at: number) => at >= slot * 1000 && at < (slot + 2 * DAY) * 1000
  const struck = points.struck.filter(({ call }) => call === 'openai').map(({ at }) => at)
  return [...openai.failedFine, ...struck].filter(isAfter).length >= COARSE_AFTER_TRIES
}

/** Where hours could not be read either: the status says which stretch was given up. */
function isGivenUp({ disk }: World, slot: number): boolean {
  const givenUp = disk.read<{ key: string }>("SELECT key FROM side_read WHERE kind = 'ticks' AND next_ms IS NULL")
  return givenUp.some(({ key }) => Number(key) < slot && Number(key) >= slot - DAY)
}

/** Without D1, one snapshot an hour is kept of what is older than a month. */
function isThinned({ scenario }: World, times: readonly number[], slot: number): boolean {
  if (scenario.migratedAtStart || scenario.alphabet !== 'lasting') return false
  const hour = Math.floor(slot / HOUR)
  return slot < scenario.heal / 1000 - 31 * DAY && times.some(time => Math.floor(time / HOUR) === hour)
}

/** An absence of more than a day is rebuilt by the hour: then nothing else stands within it. */
function isRebuiltByHours(times: readonly number[], slot: number): boolean {
  const offHour = times.filter(time => time % HOUR !== 0)
  const before = offHour.findLast(time => time < slot) ?? times[0] ?? slot
  const after = offHour.find(time => time > slot) ?? times.at(-1) ?? slot
  return after - before > DAY - HOUR
}
