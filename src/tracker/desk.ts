import type { Config } from '../config/readConfig.ts'
import { startDeadline } from '../deadline.ts'
import { type Classify, classifier } from '../models.ts'
import type { ReadResult } from '../openai/readUsage.ts'
import type { UpstreamFault } from '../openai/upstreamFault.ts'
import type { UsageQuery } from '../openai/usageQuery.ts'
import type { Bucket } from '../usage/usageGroup.ts'
import { loadMemory, type Memory } from './memory.ts'
import type { Ports } from './ports.ts'
import { LONGEST_RETRY_AFTER_MS, notBeforeOf, waitEnd } from './schedule.ts'
import { type PollState, writePollState } from './store/pollState.ts'

/** Ends all requests of one read; below the shortest interval that makes sense in production. */
const WALK_TIMEOUT_MS = 120_000

export type Gathered =
  | { ok: true; buckets: Bucket[]; requests: number; simulated: boolean }
  | { ok: false; fault: UpstreamFault; requests: number }

/** What the steps of a cycle share: the ports, and memory as the cache of storage that it is. */
export class Desk {
  readonly ports: Ports
  #memory: Memory | null = null
  #classifier: { config: Config; classify: Classify } | null = null

  constructor(ports: Ports) {
    this.ports = ports
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
  async gather(query: UsageQuery): Promise<Gathered> {
    const { adminKey, baseUrl, projectIds } = this.config
    if (adminKey === null)
      return { ok: false, fault: { kind: 'refused', status: 401, missingScope: null, requestId: null }, requests: 0 }
    const { signal, clear } = startDeadline(WALK_TIMEOUT_MS)
    try {
      const result: ReadResult = await this.ports.readUsage({ baseUrl, adminKey, projectIds, signal }, query)
      return result.ok ? { ok: true, ...result.reading } : result
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
