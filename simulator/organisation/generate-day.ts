import { DAY_SECONDS } from '../ledger/bucket-width.ts'
import type { UsageEvent } from '../ledger/usage-event.ts'
import { corrections } from './corrections.ts'
import { isWeekend, secondOfDay } from './day-shape.ts'
import { BILLED_TIER, spendFreePool } from './free-pool.ts'
import { MODELS, POOLS, type Pool, PROJECTS, type SimulatedModel } from './organisation.ts'
import { pickWeighted } from './pick-weighted.ts'
import { randomFrom } from './random.ts'

export type OrganisationOptions = {
  seed: number /** More or less traffic than an ordinary day, 1 by default. */
  scale?: number
}

const ACTIVE = PROJECTS.filter(({ share }) => share > 0)

/** All lines of one UTC day, also those still to come: the same seed and day give the same lines on every machine. */
export function generateDay(day: number, { seed, scale = 1 }: OrganisationOptions): UsageEvent[] {
  const events: UsageEvent[] = []
  for (const pool of ['premium', 'mini'] as const) {
    const ofPool: UsageEvent[] = []
    const budget = dayBudget(day, pool, seed) * scale
    for (const model of MODELS) {
      if (model.pool === pool) ofPool.push(...requests(day, model, budget * model.share, seed))
    }
    spendFreePool(
      ofPool.filter(event => PROJECTS.some(p => p.shared && p.id === event.project)),
      POOLS[pool],
    )
    events.push(...ofPool)
  }
  return [...events, ...corrections(events, randomFrom(`${seed}/${day}/corrections`))]
}

/** Premium ends a day at 86 to 114 % of its pool, mini at 61 to 89 %; weekends lie in the lower part of that. */
function dayBudget(day: number, pool: Pool, seed: number): number {
  const luck = randomFrom(`${seed}/${day}/${pool}`)()
  const [low, high] = pool === 'premium' ? [0.87, 1.13] : [0.62, 0.88]
  const place = isWeekend(day) ? luck * 0.35 : 0.3 + luck * 0.7
  return POOLS[pool] * (low + (high - low) * place)
}

function requests(day: number, model: SimulatedModel, budget: number, seed: number): UsageEvent[] {
  const random = randomFrom(`${seed}/${day}/${model.name}`)
  const events: UsageEvent[] = []
  for (let spent = 0; spent < budget; ) {
    const event = request(day, model, random)
    spent += event.input + event.output
    events.push(event)
  }
  return events
}

function request(day: number, model: SimulatedModel, random: () => number): UsageEvent {
  const time = day * DAY_SECONDS + secondOfDay(day, random)
  const { project, key } = pickProject(random)
  const input = Math.ceil(model.input * spread(random))
  // OpenAI caches prompts in steps of 128 tokens.
  const cached = random() < 0.35 ? Math.floor((input * random()) / 128) * 128 : 0
  const batch = model.pool === 'mini' && random() < 0.03
  return {
    time,
    visibleFrom: time + (batch ? batchDelay(random) : delay(random)),
    model: model.name,
    project: project.id,
    user: key.user,
    apiKey: key.id,
    batch,
    serviceTier: BILLED_TIER,
    input,
    cached,
    cacheWrite: model.writesCache ? Math.floor((input - cached) * 0.4) : 0,
    output: Math.ceil(model.output * spread(random)),
    requests: 1,
  }
}

function pickProject(random: () => number) {
  const project = pickWeighted(ACTIVE, ({ share }) => share, random())
  const key = project.keys[Math.floor(random() * project.keys.length)]
  if (!key) throw new Error('A project with a share of the traffic needs a key.')
  return { project, key }
}

/** Mean 1, many small and a few large, at most 3.6, so that one request cannot make a day. */
function spread(random: () => number): number {
  return 0.15 + 1.7 * (random() + random()) * random()
}

/** Usage shows up one to some ten minutes late; now and then it takes most of an hour. */
function delay(random: () => number): number {
  if (random() < 0.015) return 1200 + Math.floor(random() * 2000)
  return 60 + Math.floor(-Math.log(1 - random()) * 110)
}

/** A batch may take up to 24 hours; its tokens are booked when it was sent. */
function batchDelay(random: () => number): number {
  return 900 + Math.floor(random() ** 2 * 64_800)
}
