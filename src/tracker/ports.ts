import type { Message } from '../alerts/message.ts'
import type { Policy } from '../brake/policy.ts'
import type { Config } from '../config/readConfig.ts'
import type { RevisedRows, Written } from '../history/writeHistory.ts'
import type { Upstream } from '../openai/askOpenAI.ts'
import type { PolicyResult, PolicyWritten } from '../openai/modelPermissions.ts'
import type { CostQuery, CostsResult } from '../openai/readCosts.ts'
import type { KeyNamesResult, NamesResult } from '../openai/readNames.ts'
import type { ReadResult } from '../openai/readUsage.ts'
import type { UsageQuery } from '../openai/usageQuery.ts'
import type { Delivery, SendResult } from '../outbox/delivery.ts'
import type { Channel } from '../receivers/channel.ts'
import type { Beat } from '../receivers/heartbeat.ts'
import type { Secret } from '../secret.ts'
import type { AlertView, StatusView } from '../wire.ts'
import type { Sql } from './store/sql.ts'

/** A frame before it is numbered. The usage in it is text already: it is made once for all who see it. */
export type FrameBody =
  | { type: 'snapshot'; usageText: string; alerts: AlertView[]; notices: AlertView[]; status: StatusView }
  | { type: 'usage'; usageText: string }
  | { type: 'alert'; alert: AlertView }
  | { type: 'notice'; notice: AlertView }
  | { type: 'status'; status: StatusView }

/** Everything that the tracker reaches outside itself: what a test or a simulation puts in the world's place. */
export interface Ports {
  sql: Sql
  /** Unix milliseconds. */
  now(): number
  /** In [0, 1). */
  random(): number
  config(): Config
  readUsage(upstream: Upstream, query: UsageQuery): Promise<ReadResult>
  readCosts(upstream: Upstream, query: CostQuery): Promise<CostsResult>
  readProjects(upstream: Upstream): Promise<NamesResult>
  readPolicy(upstream: Upstream, projectId: string): Promise<PolicyResult>
  writePolicy(upstream: Upstream, projectId: string, policy: Policy): Promise<PolicyWritten>
  readUsers(upstream: Upstream): Promise<NamesResult>
  readKeys(upstream: Upstream, projectId: string): Promise<KeyNamesResult>
  /** Throws HistoryUnavailable. */
  writeHistory(entries: readonly RevisedRows[]): Promise<Written>
  sendWebhook(channel: Channel, message: Message, delivery: Delivery): Promise<SendResult>
  /** One try; never throws. */
  sendHeartbeat(url: Secret, isBlind: boolean): Promise<Beat>
  /** Numbers the frames and sends them to every dashboard. Never throws. */
  broadcast(frames: readonly FrameBody[]): void
  connections(): number
  /** One JSON object, one line. */
  log(record: Record<string, unknown>): void
}
