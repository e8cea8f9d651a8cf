import { DatabaseSync } from 'node:sqlite'
import type { Policy } from '../../../src/brake/policy.ts'
import type { Vars } from '../../../src/config/readConfig.ts'
import type { PolicyResult, PolicyWritten } from '../../../src/openai/modelPermissions.ts'
import type { ReadResult } from '../../../src/openai/readUsage.ts'
import type { UpstreamFault } from '../../../src/openai/upstreamFault.ts'
import type { UsageQuery } from '../../../src/openai/usageQuery.ts'
import type { Ports } from '../../../src/tracker/ports.ts'
import { migrate } from '../../../src/tracker/store/schema.ts'
import { Tracker } from '../../../src/tracker/tracker.ts'
import { sqlOver } from '../tracker/plainSql.ts'
import { configOf, groupOf } from '../tracker/sampleMemory.ts'

const DAY_S = 86_400
const MINUTE_MS = 60_000
export const LIMIT = 1_000_000

export class Killed extends Error {}

/** How OpenAI treats the next requests for policies. */
export type PolicyFault =
  | 'unreachable'
  /** The write arrives, its answer does not. */
  | 'answer lost'
  /** OpenAI says yes and forgets it. */
  | 'write lost'
  /** OpenAI says nothing, and does it minutes later. */
  | 'late'
  | 'serverError'
  | 'rateLimited'
  | 'scope'
  | 'refuses names'
  /** There is no policy, it says in its own words; and it does what it is told. */
  | 'says gone'

const FAULTS: Record<Exclude<PolicyFault, 'write lost' | 'says gone'>, UpstreamFault> = {
  unreachable: { kind: 'unreachable' },
  'answer lost': { kind: 'timedOut', afterMs: 20_000 },
  late: { kind: 'timedOut', afterMs: 20_000 },
  serverError: { kind: 'serverError', status: 503, retryAfterMs: null, requestId: null },
  rateLimited: { kind: 'rateLimited', status: 429, retryAfterMs: 30_000, requestId: null },
  scope: { kind: 'refused', status: 403, missingScope: 'api.management.write', requestId: null },
  'refuses names': { kind: 'unexpectedStatus', status: 400, requestId: null },
}

/** A tracker on storage that outlives it, and an OpenAI with policies that others change too. */
export class BrakeLife {
  now: number
  /** What OpenAI holds, and what it would hold without the brake. */
  readonly present = new Map<string, Policy>()
  readonly owners = new Map<string, Policy>()
  readonly sent: string[] = []
  /** Every policy that the tracker wrote. */
  readonly written: { at: number; project: string; policy: Policy }[] = []
  fault: PolicyFault | null = null
  /** A project without a policy is told by an empty deny list, and not by a 404. */
  isNoneStated = true
  /** What OpenAI's answers about policies wait for. */
  slow: Promise<void> = Promise.resolve()
  /** When the alarm was last asked for beside a wake (Unix ms). */
  armedFor: number | null = null
  /** Kills before this many more calls to OpenAI or queries; null: none. */
  killIn: number | null = null
  kills = 0
  /** Premium tokens used at a time (Unix ms) of the day that it is in. */
  usage: (at: number) => number = () => 0
  /** Projects that use something. */
  users: string[] = []
  #vars: Vars
  #late: { at: number; apply: () => void }[] = []
  readonly #db = new DatabaseSync(':memory:')
  #tracker: Tracker | null = null

  constructor(start: number, vars: Vars) {
    this.now = start
    this.#vars = vars
  }

  get tracker(): Tracker {
    this.#tracker ??= this.#born()
    return this.#tracker
  }

  /** A deploy: the object begins anew with other settings. */
  deploy(vars: Vars): void {
    this.#vars = { ...this.#vars, ...vars }
    this.#tracker = null
  }

  owner(project: string, change: (policy: Policy) => Policy): void {
    const present = this.present.get(project) ?? null
    // Who adds to a list that only the brake has made has one of his own from then on.
    const own = this.owners.get(project) ?? (present?.mode === 'deny_list' ? { mode: 'deny_list', models: [] } : null)
    const [next, owners] = [change(present), change(own)]
    // Who replaces an allow list sees it without what the brake has taken, and gets that back.
    const isListed = [present, own, owners].every(policy => policy?.mode === 'allow_list')
    const taken = isListed ? (own?.models ?? []).filter(model => !present?.models.includes(model)) : []
    this.present.set(project, next)
    this.owners.set(project, owners && { ...owners, models: [...new Set([...owners.models, ...taken])] })
  }

  /** What the object does by itself until then. */
  async runTo(until: number): Promise<void> {
    while (this.now <= until) {
      this.#arrive()
      await this.#do(tracker => tracker.wake())
      const due = this.#nextWake()
      this.now = Math.max(this.now + 1000, Math.min(due, this.now + 5 * MINUTE_MS))
    }
    this.now = until
  }

  #nextWake(): number {
    try {
      return this.#tracker === null ? this.now : Math.min(...this.#tracker.dues())
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      this.#tracker = null
      return this.now
    }
  }

  change(action: 'set' | 'release'): Promise<void> {
    return this.#do(async tracker => void (await tracker.changeBrake(action, ['premium', 'mini'])))
  }

  rows(): number {
    return this.#db.prepare('SELECT project FROM brake_project').all().length
  }

  async #do(work: (tracker: Tracker) => Promise<void>): Promise<void> {
    const { kills } = this
    // Before the work begins: it may be killed at its first query.
    const killed = this.#killed()
    await Promise.race([killed, work(this.tracker)])
    if (this.kills > kills) this.#tracker = null
  }

  #onKill: (() => void) | null = null
  #killed(): Promise<void> {
    return new Promise(resolve => {
      this.#onKill = resolve
    })
  }

  /** True: the process is gone. */
  #strikes(): boolean {
    if (this.killIn === null || this.killIn-- > 0) return false
    this.killIn = null
    this.kills++
    this.#onKill?.()
    return true
  }

  #arrive(): void {
    const due = this.#late.filter(({ at }) => at <= this.now)
    this.#late = this.#late.filter(({ at }) => at > this.now)
    for (const { apply } of due) apply()
  }

  #born(): Tracker {
    let isDead = false
    // A dead process reads and writes nothing more.
    const live = <T>(value: T): T | Promise<never> => (isDead ? new Promise<never>(() => {}) : value)
    const strike = () => {
      isDead ||= this.#strikes()
      return isDead
    }
    const sql = sqlOver(this.#db, () => {
      if (strike()) throw new Killed()
    })
    const keep = this.killIn
    this.killIn = null
    migrate(sql)
    this.killIn = keep
    const config = configOf({ POLL_CRON: '*/5 * * * *', POLL_COOLDOWN_SECONDS: '0', ALERTS: 'brake', ...this.#vars })
    const ports: Ports = {
      sql,
      now: () => this.now,
      random: () => 0.5,
      config: () => config,
      readUsage: async (_, query) => (strike() ? new Promise<never>(() => {}) : live(this.#usage(query))),
      readPolicy: async (_, project) => {
        await this.slow
        return strike() ? new Promise<never>(() => {}) : live(this.#read(project))
      },
      writePolicy: async (_, project, policy) => {
        if (strike()) return new Promise<never>(() => {})
        const answer = this.#write(project, policy)
        // Killed between OpenAI's doing and its answer.
        return strike() ? new Promise<never>(() => {}) : live(answer)
      },
      readCosts: async () => ({ ok: true, days: [], spoiled: [], requests: 1, simulated: false }),
      readProjects: async () => ({ ok: true, names: [], complete: true, requests: 1 }),
      readUsers: async () => ({ ok: true, names: [], complete: true, requests: 1 }),
      readKeys: async () => ({ ok: true, keys: [], owners: [], complete: true, requests: 1 }),
      writeHistory: async entries => ({ rowsWritten: entries.length, rowsRead: 0, statements: 1 }),
      sendWebhook: async (_, message) => {
        this.sent.push(message.kind === 'brake' ? `${message.event} ${message.cause}` : message.kind)
        return { outcome: 'delivered', status: 200 }
      },
      sendHeartbeat: async () => ({ ok: true, status: 200 }),
      broadcast: () => {},
      connections: () => 0,
      log: () => {},
    }
    const tracker: Tracker = new Tracker(ports, () => {
      if (!isDead) this.armedFor = Math.min(...tracker.dues())
    })
    return tracker
  }

  #usage({ start, end }: Pick<UsageQuery, 'start' | 'end'>): ReadResult {
    const buckets = []
    for (let at = start - (start % DAY_S); at < (end ?? this.now / 1000); at += DAY_S) {
      if (at < start) continue
      const tokens = this.usage(Math.min(this.now, (at + DAY_S) * 1000 - 1))
      const input = Math.floor(tokens / Math.max(1, this.users.length))
      const groups = this.users.map(project => groupOf({ model: 'gpt-4o-2024-08-06', project, input, requests: 1 }))
      buckets.push({ start: at, groups: tokens > 0 ? groups : [] })
    }
    return { ok: true, reading: { buckets, spoiled: [], requests: 1, simulated: false } }
  }

  #read(project: string): PolicyResult {
    const { fault } = this
    if (fault === 'unreachable' || fault === 'serverError' || fault === 'rateLimited')
      return { ok: false, fault: FAULTS[fault], requests: 1 }
    const policy = fault === 'says gone' ? null : structuredClone(this.present.get(project) ?? null)
    const isStated = policy !== null || (this.isNoneStated && fault !== 'says gone')
    return { ok: true, policy, isStated, requests: 1 }
  }

  #write(project: string, policy: Policy): PolicyWritten {
    const { fault, now } = this
    const apply = () => {
      this.written.push({ at: this.now, project, policy })
      this.present.set(project, policy)
    }
    if (fault === 'late') this.#late.push({ at: now + 8 * MINUTE_MS, apply })
    if (fault === null || fault === 'answer lost' || fault === 'says gone') apply()
    if (fault === 'refuses names' && (policy?.models.length ?? 0) < 10) apply()
    else if (fault !== null && fault !== 'write lost' && fault !== 'says gone')
      return { ok: false, fault: FAULTS[fault], requests: 1 }
    return { ok: true, requests: 1 }
  }
}
