import type { World } from '../world/world.ts'
import type { Findings } from './failure.ts'

/** A minute, less what the way to the watcher takes. */
const SHORTEST_MS = 59_800
const AFTER_POLL_MS = 5_000
/** A failed poll may have waited for OpenAI and read a second time. */
const AFTER_FAILURE_MS = 130_000

/** Asked at most once a minute, only after polls, and after each of them that came through. */
export function checkHeartbeat(world: World, findings: Findings): void {
  const { heartbeats, openai } = world
  const ends = openai.walks.filter(({ width }) => width === '1d').map(({ endedAt }) => endedAt)
  for (const [index, { at, clockMs, saysBlind }] of heartbeats.arrivals.entries()) {
    const before = heartbeats.arrivals[index - 1]
    const isEarly = before !== undefined && at - before.at < SHORTEST_MS && clockMs >= before.clockMs
    // A clock that jumped has its own minutes.
    if (world.wrongTimes.length === 0)
      findings.expect('heartbeat', !isEarly, () => `it was asked at ${at}, ${at - (before?.at ?? 0)} ms after the last`)
    const isAfter = saysBlind
      ? openai.requestTimes.some(asked => asked <= at && asked >= at - AFTER_FAILURE_MS)
      : ends.some(end => end <= at && end >= at - AFTER_POLL_MS)
    findings.expect(
      'heartbeat',
      isAfter,
      () => `it was asked at ${at}${saysBlind ? ' for being blind' : ''}, after no poll`,
    )
    const isSet = [at, at - 1000].some(time => world.settingsAt(time).heartbeat)
    findings.expect('heartbeat', isSet, () => `it was asked at ${at}, and nobody had set it`)
  }
  if (world.wrongTimes.length === 0) checkBeats(world, findings)
}

/** The polls that nothing struck, a minute after any other, have each their beat. */
function checkBeats(world: World, findings: Findings): void {
  const { heartbeats, openai } = world
  const cuts = [...world.cuts, ...world.points.struck.map(({ at }) => at)]
  const polls = openai.walks.filter(({ width, to, clockS }) => width === '1d' && to > clockS)
  for (const [index, { endedAt, startedAt, lie, spoiled }] of polls.entries()) {
    const before = polls[index - 1]
    const isAlone = before === undefined || startedAt - before.endedAt > 70_000
    if (!isAlone || lie || spoiled.length > 0 || !world.settingsAt(startedAt).heartbeat) continue
    if (cuts.some(at => at >= startedAt - 70_000 && at <= endedAt + AFTER_POLL_MS)) continue
    // A steep fall is read a second time.
    const next = polls[index + 1]
    const end = next !== undefined && next.startedAt - endedAt < AFTER_FAILURE_MS ? next.endedAt : endedAt
    const beat = heartbeats.arrivals.some(({ at }) => at >= startedAt - 60_000 && at <= end + AFTER_POLL_MS)
    findings.expect('heartbeat', beat, () => `it was not asked after the poll at ${startedAt}`)
  }
}
