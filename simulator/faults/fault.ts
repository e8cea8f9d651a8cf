import type { ServerResponse } from 'node:http'
import type { Answer } from '../api/answer.ts'
import type { CompletionsResult } from '../api/completions-result.ts'
import type { Page } from '../api/page.ts'
import type { BucketWidth } from '../ledger/bucket-width.ts'
import type { Acting } from '../organisation/policies.ts'

export const ALL_ROUTES = '/v1/'
export const COMPLETIONS = '/v1/organization/usage/completions'

/** How long, how often and where a fault acts. Without count and seconds it acts until it is cleared. */
export type FaultOrder = {
  fault: string
  /** The next n requests that it fits. */
  count?: number
  /** By the simulator's clock. */
  seconds?: number
  /** Spares the first n requests, to fail in the middle of a walk. */
  after?: number
  /** Only paths that begin with this. */
  path?: string
  /** Only questions for buckets of this width. */
  width?: BucketWidth
  /** Only questions whose window has a part of this UTC date; a fault in a row then spoils a row of that date. */
  date?: string
  /** Value of Retry-After, for the faults that send it. */
  retry_after?: number
}

/** What a fault may look at: the request, the simulator's clock in Unix seconds, and the date that it was ordered for. */
export type Asked = { url: URL; now: number; date: string | undefined }

export type UsagePage = Page<CompletionsResult>

/** The clock may be wrong, the knowledge old, the sums smaller. */
export type Bend = { clockAheadSeconds?: number; knowledgeAgeSeconds?: number; scale?: number }

/**
 * A kind for each place where an answer can go wrong: instead of it, in what the server sees, in the page, in its
 * text, and on the wire. All but the first and the last touch only good answers to questions for usage.
 */
export type Fault = { summary: string } & (
  | { kind: 'instead'; answer: (order: FaultOrder, asked: Asked) => Answer | undefined }
  | { kind: 'view'; bend: Bend }
  | { kind: 'page'; spoil: (page: UsagePage, asked: Asked) => unknown }
  | { kind: 'text'; spoil: (body: string) => string; paths?: readonly string[] }
  | { kind: 'write'; acting: Acting }
  | { kind: 'wire'; send: (response: ServerResponse, answer: Answer) => void }
)

/** A fault acts only on paths that begin with one of these. */
export function pathsOf(fault: Fault): readonly string[] {
  if (fault.kind === 'instead' || fault.kind === 'wire') return [ALL_ROUTES]
  if (fault.kind === 'write') return ['/v1/organization/projects/']
  return fault.kind === 'text' ? (fault.paths ?? [COMPLETIONS]) : [COMPLETIONS]
}
