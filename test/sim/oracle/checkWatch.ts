import type { Settings } from '../scenario/scenario.ts'
import type { World } from '../world/world.ts'
import { isLive, walkBehind } from './checkSnapshots.ts'
import type { Findings } from './failure.ts'

/** What the receivers were told, as the product stored it. Unix seconds. */
export interface WatchRow {
  kind: 'blind' | 'seeing'
  id: string
  lastSuccess: number | null
  failingSince: number
  firedAt: number
}

const QUARTER_S = 900
const SLOTS = 3
/** OpenAI may have asked to be left alone for an hour before the first try that failed. */
const FIRST_TRY_WITHIN_S = 3700

export function readWatchRows(world: World): WatchRow[] {
  return world.disk
    .read<{ body: string }>('SELECT body FROM message')
    .map(({ body }) => JSON.parse(body) as WatchRow)
    .filter(({ kind }) => kind === 'blind' || kind === 'seeing')
    .sort((a, b) => Number(a.id.split('-')[3]) - Number(b.id.split('-')[3]))
}

/** What such a message says first; the names of two incidents differ by the time of the last reading before them. */
export function watchKey({ kind, lastSuccess, failingSince }: WatchRow): string {
  return `${kind} ${new Date((lastSuccess ?? failingSince) * 1000).toISOString().slice(0, 16).replace('T', ' ')}`
}

/** Told once an incident and once of its end, never without an incident, and of every one that somebody could be told of. */
export function checkWatch(world: World, findings: Findings): void {
  const rows = readWatchRows(world)
  const heard = world.settings.every(({ settings }) => !isDeaf(settings))
  if (heard) checkTurns(world, rows, findings)
  checkOrder(world, rows, findings)
  if (world.wrongTimes.length > 0) return
  const successes = successesOf(world)
  for (const row of rows) if (row.kind === 'blind') checkCause(world, row, successes, findings)
  checkTold(world, rows, successes, findings)
}

/** One after the other, unless the first message of an incident came to nobody. */
function checkTurns(world: World, rows: readonly WatchRow[], findings: Findings): void {
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    const wanted = before?.kind === 'blind' ? 'seeing' : 'blind'
    const anew =
      before?.kind === 'blind' && !world.receivers.arrivals.some(({ key, taken }) => taken && key === watchKey(before))
    if (!anew) findings.equal('watch', row.kind, wanted, () => `message ${index} of the watch, ${row.id}`)
  }
  findings.expect('watch', rows.at(-1)?.kind !== 'blind', () => `${rows.at(-1)?.id} has no end`)
}

/** No receiver's last word is an old one. A repeat may come late: what it repeats was the last word once. */
function checkOrder(world: World, rows: readonly WatchRow[], findings: Findings): void {
  const keys = rows.map(watchKey)
  const newest = new Map<number, number>()
  const told = new Set<string>()
  for (const { receiver, key, taken, status } of world.receivers.arrivals) {
    const at = keys.indexOf(key)
    if (at < 0 || !taken) continue
    const last = newest.get(receiver) ?? -1
    const isRepeat = told.has(`${receiver} ${key}`)
    told.add(`${receiver} ${key}`)
    findings.expect(
      'watch',
      at >= last || status === null || isRepeat,
      () => `${key} came to ${receiver} after ${keys[last]}`,
    )
    newest.set(receiver, Math.max(last, at))
  }
}

/** Times of the polls that were stored, by what D1 holds of them. */
function successesOf(world: World): number[] {
  const rows = world.d1.read<Parameters<typeof isLive>[1]>('SELECT * FROM usage_snapshots ORDER BY timestamp')
  return rows.flatMap(row => {
    const walk = walkBehind(world, row)
    return walk !== null && isLive(world, row, walk) ? row.timestamp : []
  })
}

function checkCause(world: World, row: WatchRow, successes: readonly number[], findings: Findings): void {
  const { id, firedAt, failingSince, lastSuccess } = row
  const between = successes.find(at => at >= failingSince && at < firedAt)
  findings.equal('watch', between, undefined, () => `${id} says ${failingSince} to ${firedAt}, but a poll came through`)
  findings.expect(
    'watch',
    firedAt - failingSince >= QUARTER_S,
    () => `${id} was told ${firedAt - failingSince} s after`,
  )
  const every = world.scenario.everyMinutes * 60
  const slots = Math.floor(firedAt / every) - Math.floor((lastSuccess ?? failingSince) / every)
  findings.expect('watch', slots >= SLOTS, () => `${id} was told after ${slots} slots`)
  const last = successes.findLast(at => at < failingSince) ?? null
  findings.expect('watch', (lastSuccess ?? 0) >= (last ?? 0), () => `${id} forgot the poll at ${last}: ${lastSuccess}`)
}

/** A silence of polls long enough must have been told of, unless nobody could tell or hear it. */
function checkTold(world: World, rows: readonly WatchRow[], successes: readonly number[], findings: Findings): void {
  const every = world.scenario.everyMinutes * 60
  const longest = Math.max(SLOTS * every, QUARTER_S) + every + FIRST_TRY_WITHIN_S
  const times = [world.scenario.start / 1000, ...successes]
  for (const [index, to] of times.entries()) {
    const from = times[index - 1]
    if (from === undefined || to - from <= longest || isDisturbed(world, from, to)) continue
    const told = rows.some(({ kind, firedAt }) => kind === 'blind' && firedAt > from && firedAt <= to)
    findings.expect('watch', told, () => `no poll came through from ${from} to ${to}, and nobody was told`)
  }
}

/** Nobody is to be told, or not of this. */
function isDeaf({ receivers, alerts }: Required<Settings>): boolean {
  return receivers.length === 0 || !alerts.includes('watch')
}

function isDisturbed({ cuts, points, platform, settings }: World, fromS: number, toS: number): boolean {
  const within = (at: number) => at >= fromS * 1000 - 1000 && at <= toS * 1000 + 1000
  const down = platform.downTimes.some(({ from, to }) => from <= toS * 1000 && to >= fromS * 1000)
  const deaf = settings.some(
    ({ at, settings: set }, index) =>
      isDeaf(set) && at <= toS * 1000 && (settings[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= fromS * 1000,
  )
  return down || deaf || cuts.some(within) || points.struck.some(({ at }) => within(at))
}
