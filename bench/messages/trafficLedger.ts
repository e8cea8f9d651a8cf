import type { Bucket, UsageGroup } from '../../src/usage/usageGroup.ts'
import type { Tier } from '../../src/wire.ts'
import { DAYS, type Series, WINDOW_S, WINDOWS_A_DAY } from '../forecast/series.ts'

// An organisation made of real traffic: a series is an API key with its model and project. Two weeks go round and round, each
// day a little larger or smaller. Two of three projects share their data: their tokens are free until the tier's pool is used up.

const DAY_S = 86_400
const WIDTHS = { '1m': 60, '1h': 3600, '1d': DAY_S } as const
const REPORTED_AFTER_S = 600
/** The first and the last part of a day's size, so that no two weeks are the same. */
const [SMALLEST, LARGEST] = [0.8, 1.2]
/** Not what OpenAI asks: one price for all makes a bill that can be checked by hand. */
export const NANO_USD_A_TOKEN = 2_500

const MODELS: readonly [tier: Tier, model: string][] = [
  ['premium', 'gpt-5-2025-08-07'],
  ['mini', 'gpt-5-mini-2025-08-07'],
  ['premium', 'gpt-4.1-2025-04-14'],
  ['mini', 'gpt-4o-mini-2024-07-18'],
]
const PROJECTS = ['proj_search', 'proj_support', 'proj_lab']
/** Does not share its data. */
const UNSHARED = 'proj_lab'

interface Stream {
  group: Omit<UsageGroup, 'input' | 'output' | 'cached' | 'requests'>
  tier: Tier
  /** Running total of one date at each full ten minutes. */
  of(day: number): Float64Array
}

export class TrafficLedger {
  readonly limits: Record<Tier, number>
  readonly #streams: Stream[]
  readonly #days = new Map<number, Map<string, { group: Stream['group']; running: Float64Array }>>()

  /** `part`: what the limits are of the largest day of the two weeks. */
  constructor(series: readonly Series[], part: number) {
    this.#streams = series.map((each, at) => {
      const [tier, model] = MODELS[at % MODELS.length] ?? ['mini', 'gpt-4o-mini']
      const project = PROJECTS[at % PROJECTS.length] ?? UNSHARED
      const group = { model, serviceTier: '', project, apiKey: `key_${at}`, user: `user-${at}` }
      return { group, tier, of: day => scaled(each, day) }
    })
    const limit = (tier: Tier) => {
      const totals = Array.from({ length: DAYS }, (_, day) =>
        this.#streams
          .filter(stream => stream.tier === tier)
          .reduce((sum, stream) => sum + (stream.of(day).at(-1) ?? 0), 0),
      )
      return Math.round(Math.max(...totals) * part)
    }
    this.limits = { premium: limit('premium'), mini: limit('mini') }
  }

  /** Buckets of a width in `[start, end)`, as far as they are reported at `nowS`. */
  buckets(width: keyof typeof WIDTHS, start: number, end: number, nowS: number): Bucket[] {
    const seconds = WIDTHS[width]
    const buckets: Bucket[] = []
    for (let at = Math.floor(start / seconds) * seconds; at < Math.min(end, nowS); at += seconds) {
      const groups = [...this.#day(Math.floor(at / DAY_S)).values()].flatMap(({ group, running }) => {
        const tokens = usedAt(running, Math.min(at + seconds, nowS - REPORTED_AFTER_S), at) - usedAt(running, at, at)
        if (tokens <= 0) return []
        const whose = width === '1d' ? group : { ...group, apiKey: '', user: '' }
        return [{ ...whose, input: tokens, output: 0, cached: 0, requests: Math.ceil(tokens / 900) }]
      })
      buckets.push({ start: at, groups })
    }
    return buckets
  }

  /** What the billed tokens of a date cost, by project. */
  costs(day: number): { project: string; lineItem: string; nanoUsd: number }[] {
    const sums = new Map<string, number>()
    for (const { group, running } of this.#day(day).values()) {
      if (group.serviceTier !== 'default') continue
      sums.set(group.project, (sums.get(group.project) ?? 0) + (running.at(-1) ?? 0))
    }
    return [...sums].map(([project, tokens]) => ({
      project,
      lineItem: 'tokens',
      nanoUsd: Math.round(tokens) * NANO_USD_A_TOKEN,
    }))
  }

  #day(day: number): Map<string, { group: Stream['group']; running: Float64Array }> {
    const held = this.#days.get(day)
    if (held !== undefined) return held
    const made = new Map<string, { group: Stream['group']; running: Float64Array }>()
    const left = { ...this.limits }
    const totals = this.#streams.map(stream => stream.of(day))
    for (let window = 0; window < WINDOWS_A_DAY; window++) {
      for (const [at, { group, tier }] of this.#streams.entries()) {
        const tokens = Math.round((totals[at]?.[window + 1] ?? 0) - (totals[at]?.[window] ?? 0))
        const free = group.project === UNSHARED ? 0 : Math.min(tokens, left[tier])
        left[tier] -= free
        add(made, { ...group, serviceTier: 'incentivized-tier' }, window, free)
        add(made, { ...group, serviceTier: 'default' }, window, tokens - free)
      }
    }
    this.#days.set(day, made)
    return made
  }
}

function add(
  made: Map<string, { group: Stream['group']; running: Float64Array }>,
  group: Stream['group'],
  window: number,
  tokens: number,
): void {
  const key = `${group.apiKey} ${group.serviceTier}`
  const { running } = made.get(key) ?? { running: new Float64Array(WINDOWS_A_DAY + 1) }
  running[window + 1] = (running[window] ?? 0) + tokens
  made.set(key, { group, running })
}

/** Of a date, used before `second`; straight inside a window. `of`: any second of the date. */
function usedAt(running: Float64Array, second: number, of: number): number {
  const at = Math.min(WINDOWS_A_DAY, Math.max(0, (second - Math.floor(of / DAY_S) * DAY_S) / WINDOW_S))
  const window = Math.min(WINDOWS_A_DAY - 1, Math.floor(at))
  const from = running[window] ?? 0
  return Math.round(from + ((running[window + 1] ?? 0) - from) * (at - window))
}

function scaled(series: Series, day: number): Float64Array {
  const factor = SMALLEST + ((LARGEST - SMALLEST) * ((day * 7919) % 101)) / 100
  return (series.days[day % DAYS] ?? new Float64Array(WINDOWS_A_DAY + 1)).map(tokens => tokens * factor)
}
