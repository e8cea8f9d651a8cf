import type { Message } from '../alerts/message.ts'
import type { Config } from '../config/readConfig.ts'
import type { RevisedRows, Written } from '../history/writeHistory.ts'
import type { ReadResult, Upstream } from '../openai/readUsage.ts'
import type { UsageQuery } from '../openai/usageQuery.ts'
import type { Delivery, SendResult } from '../outbox/delivery.ts'
import type { Channel } from '../receivers/channel.ts'
import type { LiveFrame } from '../wire.ts'
import type { Sql } from './store/sql.ts'

/** A frame before it is numbered. */
export type FrameBody = LiveFrame extends infer Frame ? (Frame extends LiveFrame ? Omit<Frame, 'seq'> : never) : never

/** Everything that the tracker reaches outside itself: what a test or a simulation puts in the world's place. */
export interface Ports {
  sql: Sql
  /** Unix milliseconds. */
  now(): number
  /** In [0, 1). */
  random(): number
  config(): Config
  readUsage(upstream: Upstream, query: UsageQuery): Promise<ReadResult>
  /** Throws HistoryUnavailable. */
  writeHistory(entries: readonly RevisedRows[]): Promise<Written>
  sendWebhook(channel: Channel, message: Message, delivery: Delivery): Promise<SendResult>
  /** Numbers the frames and sends them to every dashboard. Never throws. */
  broadcast(frames: readonly FrameBody[]): void
  connections(): number
  /** One JSON object, one line. */
  log(record: Record<string, unknown>): void
}
