export type Policy = { mode: 'allow_list' | 'deny_list'; models: readonly string[] }

/** What becomes of a change: it acts, is lost though it is answered well, or comes to pass later than it was answered. */
export type Acting = 'acts' | 'lost' | 'late'

type Change = { from: number; policy: Policy | null }

/** How late a late change is. */
const LATE_SECONDS = 45

/** Which models each project may use, with the time from which each change counts (Unix seconds). */
export class Policies {
  readonly #changes = new Map<string, Change[]>()
  readonly #effectSeconds: number

  /** `effectSeconds`: from a change to its effect on requests. */
  constructor(effectSeconds: number) {
    this.#effectSeconds = effectSeconds
  }

  /** Null: all models are permitted. */
  of(project: string, now: number): Policy | null {
    return this.#at(project, now)
  }

  set(project: string, policy: Policy | null, now: number, acting: Acting = 'acts'): void {
    if (acting === 'lost') return
    const from = acting === 'late' ? now + LATE_SECONDS : now
    const changes = this.#changes.get(project) ?? []
    changes.push({ from, policy })
    // A late one comes to pass in its own time, over whatever was said meanwhile.
    changes.sort((a, b) => a.from - b.from)
    this.#changes.set(project, changes)
  }

  /** Whether a request at `time` is served. Which names a list covers is not published: the very ones that it has. */
  permits(project: string, model: string, time: number): boolean {
    if (!this.#changes.has(project)) return true
    const policy = this.#at(project, time - this.#effectSeconds)
    if (policy === null) return true
    return policy.models.includes(model) === (policy.mode === 'allow_list')
  }

  list(now: number): Record<string, Policy | null> {
    return Object.fromEntries([...this.#changes.keys()].map(project => [project, this.#at(project, now)]))
  }

  #at(project: string, time: number): Policy | null {
    return this.#changes.get(project)?.findLast(({ from }) => from <= time)?.policy ?? null
  }
}
