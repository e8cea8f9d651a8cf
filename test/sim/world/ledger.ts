/** What was really used: the ground truth. */
export interface Use {
  /** True Unix seconds of the request. */
  at: number
  model: string
  serviceTier: string | null
  project: string | null
  apiKey: string | null
  user: string | null
  input: number
  output: number
  cached: number
  requests: number
  /** From when on OpenAI shows it (Unix seconds). */
  visibleAt: number
  /** OpenAI takes it back then; null: never. */
  goneAt: number | null
}

export interface Sum {
  model: string
  serviceTier: string | null
  project: string | null
  /** Null also where nobody asked for it. */
  apiKey: string | null
  user: string | null
  input: number
  output: number
  cached: number
  requests: number
}

const DAY = 86_400

/** Uses by UTC day, and what an onlooker sees of them at an instant. */
export class Ledger {
  readonly #days = new Map<number, Use[]>()

  constructor(uses: readonly Use[]) {
    for (const use of uses) {
      const day = Math.floor(use.at / DAY)
      const held = this.#days.get(day)
      if (held === undefined) this.#days.set(day, [use])
      else held.push(use)
    }
    for (const of of this.#days.values()) of.sort((a, b) => a.at - b.at)
  }

  /** Uses in [from, to) that show at `asOf`. */
  visible(from: number, to: number, asOf: number): Use[] {
    const found: Use[] = []
    for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
      for (const use of this.#days.get(day) ?? []) {
        if (use.at < from || use.at >= to || use.at > asOf) continue
        if (use.visibleAt <= asOf && (use.goneAt === null || use.goneAt > asOf)) found.push(use)
      }
    }
    return found
  }

  /** Buckets of `width` seconds, each group summed, empty ones left out. `owners`: groups tell API key and user too. */
  buckets(from: number, to: number, width: number, asOf: number, owners = false): { start: number; sums: Sum[] }[] {
    const byStart = new Map<number, Map<string, Sum>>()
    for (const use of this.visible(from, to, asOf)) {
      const start = Math.floor(use.at / width) * width
      let groups = byStart.get(start)
      if (groups === undefined) {
        groups = new Map()
        byStart.set(start, groups)
      }
      const [apiKey, user] = owners ? [use.apiKey, use.user] : [null, null]
      const key = `${use.model}\u0000${use.serviceTier}\u0000${use.project}\u0000${apiKey}\u0000${user}`
      const sum = groups.get(key)
      if (sum === undefined) {
        const { model, serviceTier, project, input, output, cached, requests } = use
        groups.set(key, { model, serviceTier, project, apiKey, user, input, output, cached, requests })
      } else {
        sum.input += use.input
        sum.output += use.output
        sum.cached += use.cached
        sum.requests += use.requests
      }
    }
    return [...byStart].map(([start, groups]) => ({ start, sums: [...groups.values()] }))
  }
}
