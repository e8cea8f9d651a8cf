import { Budget } from '../budget.ts'
import type { Config } from '../config/readConfig.ts'
import { startDeadline } from '../deadline.ts'
import { type Classify, classifier } from '../models.ts'
import type { Upstream } from '../openai/askOpenAI.ts'
import type { Reading } from '../openai/readUsage.ts'
import type { UpstreamFault } from '../openai/upstreamFault.ts'
import type { UsageQuery } from '../openai/usageQuery.ts'
import type { Bucket } from '../usage/usageGroup.ts'
import { LONGEST_RETRY_AFTER_MS, notBeforeOf, waitEnd } from './cycle/schedule.ts'
import type { Guarded, OwnFault } from './foresight/guarded.ts'
import type { HeldLookback } from './foresight/heldLookback.ts'
import { loadMemory, type Memory } from './memory.ts'
import type { Ports } from './ports.ts'
import { OwedLook } from './replica/owedLook.ts'
import { type PollState, writePollState } from './store/pollState.ts'

/** Ends all requests of one read; below the shortest interval that makes sense in production. */
const WALK_TIMEOUT_MS = 120_000

/** Requests of one wake, in all: the free plan ends a run at 50, and a redirect or a retry of the platform's counts too. */
export const REQUESTS_PER_WAKE = 40

export interface Unanswered {
  ok: false
  fault: UpstreamFault
  requests: number
}

export type Gathered =
  | { ok: true; buckets: Bucket[]; spoiled: Reading['spoiled']; requests: number; simulated: boolean }
  | { ok: false; fault: UpstreamFault; requests: number }

/** What the steps of a cycle share: the ports, and memory as the cache of storage that it is. */
export class Desk {
  readonly ports: Ports
  /** The next drain hands over every hour that was read, the running one too: somebody asked for the date to be mended. */
  handsOverAll = false
  /** What this wake may still ask the world for. */
  budget = new Budget(REQUESTS_PER_WAKE)
  /** What D1 is owed. */
  readonly owed: OwedLook
  /** A date was settled, and D1 may have all of it already: the next drain looks. */
  isToHandOver = false
  /** What the past days say about today, as it was last read or made. */
  lookback: HeldLookback | null = null
  /** What fails by a fault of this program's own. */
  readonly ownFaults = new Map<Guarded, OwnFault>()
  /** Ids of rows of the alert log that were written beside a poll, and that no dashboard has been shown. */
  unshown: number[] = []
  #memory: Memory | null = null
  #classifier: { config: Config; classify: Classify } | null = null

  constructor(ports: Ports) {
    this.ports = ports
    this.owed = new OwedLook(ports.sql)
  }

  get memory(): Memory {
    this.#memory ??= loadMemory(this.ports.sql)
    return this.#memory
  }

  get config(): Config {
    return this.ports.config()
  }

  get classify(): Classify {
    const config = this.config
    if (this.#classifier?.config !== config) this.#classifier = { config, classify: classifier(config.modelTiers) }
    return this.#classifier.classify
  }

  /** A run of the platform's begins: an alarm or a request. */
  begin(): void {
    this.budget = new Budget(REQUESTS_PER_WAKE)
  }

  /**
   * Writes in one transaction, then takes over what the writer says memory is now. When the transaction fails, storage
   * is as it was, and memory is read from it anew.
   */
  commit(write: (memory: Memory) => Memory): Memory {
    const before = this.memory
    try {
      const after = this.ports.sql.transaction(() => write(before) as never)
      this.#memory = after
      return after
    } catch (error) {
      this.#memory = null
      throw error
    }
  }

  /** Writes the poll state alone. */
  note(change: Partial<PollState>): void {
    this.commit(memory => {
      const state = { ...memory.state, ...change }
      writePollState(this.ports.sql, state)
      return { ...memory, state }
    })
  }

  /** Reads all pages of a query. Writes nothing; a 429 is noted by the caller. */
  async gather(query: UsageQuery, projects: readonly string[] = this.config.projectIds): Promise<Gathered> {
    const read = await this.ask(upstream => this.ports.readUsage(upstream, query), projects)
    return read.ok ? { ok: true, ...read.reading } : read
  }

  /** Any question to OpenAI, with the key, within the budget and the time of this wake. */
  async ask<T extends { ok: true }>(
    question: (upstream: Upstream) => Promise<T | Unanswered>,
    projects: readonly string[] = this.config.projectIds,
  ): Promise<T | Unanswered> {
    const { adminKey, baseUrl } = this.config
    if (adminKey === null) {
      const fault = { kind: 'refused' as const, status: 401, missingScope: null, requestId: null }
      return { ok: false, fault, requests: 0 }
    }
    const { signal, clear } = startDeadline(WALK_TIMEOUT_MS)
    try {
      const { budget, ports } = this
      return await question({ baseUrl, adminKey, projectIds: projects, signal, budget, now: () => ports.now() })
    } finally {
      clear()
    }
  }

  /** After a fault outside the main read: OpenAI's wish to be left alone holds for every read. */
  heed(fault: UpstreamFault): void {
    const now = this.ports.now()
    const notBefore = notBeforeOf(fault, now)
    if (notBefore > waitEnd(this.memory.state.notBefore, now, LONGEST_RETRY_AFTER_MS)) this.note({ notBefore })
  }
}
