import type { UsageEvent } from '../../../simulator/ledger/usage-event.ts'
import { BILLED_TIER, FREE_TIER } from '../../../simulator/organisation/free-pool.ts'
import { MODELS, PROJECTS } from '../../../simulator/organisation/organisation.ts'
import { randomFrom } from '../../../simulator/organisation/random.ts'
import { DAY } from '../tracker/world.ts'

const LINES_A_DAY = 60
/** So that a day is complete, costs included, before it closes. */
const LATEST_S = 40 * 3600
const KEYS = PROJECTS.flatMap(({ id, keys }) => keys.map(key => ({ project: id, ...key })))

/** A small day of an organisation like the simulator's own, with later lines and more second thoughts than its. */
export function smallDay(day: number): UsageEvent[] {
  const random = randomFrom(`who/${day}`)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const lines = Array.from({ length: LINES_A_DAY }, (): UsageEvent => {
    const [model, key] = [pick(MODELS), pick(KEYS)]
    const time = day * DAY + Math.floor(random() * DAY)
    const input = 1 + Math.floor(random() * 9000)
    return {
      time,
      visibleFrom: time + 60 + Math.floor(random() ** 6 * LATEST_S),
      model: model.name,
      project: key.project,
      user: key.user,
      apiKey: key.id,
      batch: random() < 0.1,
      serviceTier: random() < 0.5 ? FREE_TIER : BILLED_TIER,
      input,
      cached: Math.floor(input * random() ** 3),
      cacheWrite: 0,
      output: Math.floor(random() * 3000),
      requests: 1 + Math.floor(random() * 5),
    }
  })
  return [...lines, ...lines.flatMap(line => secondThought(line, random))].filter(
    ({ visibleFrom }) => visibleFrom <= (day + 1) * DAY + LATEST_S,
  )
}

/** Hours later a line grows, or loses a part of what it had. */
function secondThought(line: UsageEvent, random: () => number): UsageEvent[] {
  if (random() > 0.2) return []
  const factor = random() < 0.5 ? random() : -0.9 * random()
  const [cached, output, fresh] = [line.cached, line.output, line.input - line.cached].map(n => Math.trunc(n * factor))
  const counts = { cached: cached ?? 0, output: output ?? 0, input: (fresh ?? 0) + (cached ?? 0), requests: 0 }
  return [{ ...line, ...counts, visibleFrom: line.visibleFrom + 1800 + Math.floor(random() * LATEST_S) }]
}
