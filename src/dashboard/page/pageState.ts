import type { AlertView, PollView, Problem, SessionView, SnapshotPoint, StatusView, UsageView } from '../../wire.ts'
import type { LinkState } from '../link/liveLink.ts'

/** Who is looking: nobody knows yet, somebody who must sign in, nobody because nothing is set, or a reader. */
export type Access =
  | { kind: 'asking' }
  | { kind: 'unreachable'; problem: Problem }
  | { kind: 'sign_in'; session: SessionView; note: string | null }
  | { kind: 'locked'; detail: string }
  | { kind: 'in'; session: SessionView }

export type PollOutcome =
  | { kind: 'idle' }
  | { kind: 'busy' }
  | { kind: 'done'; at: number; view: PollView }
  | { kind: 'failed'; at: number; problem: Problem; retryAfter: number | null }

export interface PageState {
  access: Access
  usage: UsageView | null
  /** Readings of `usage.date`, oldest first. Null: not loaded. */
  points: SnapshotPoint[] | null
  /** Today's, of every kind, and what has come since the page was opened. Newest first. */
  alerts: AlertView[] | null
  status: StatusView | null
  /** What could not be loaded of the above. */
  missing: Partial<Record<'points' | 'alerts' | 'usage', Problem>>
  link: LinkState
  poll: PollOutcome
  paused: boolean
  /** Server clock minus this machine's, in seconds. */
  clockOffset: number
}

export const INITIAL: PageState = {
  access: { kind: 'asking' },
  usage: null,
  points: null,
  alerts: null,
  status: null,
  missing: {},
  link: { kind: 'idle' },
  poll: { kind: 'idle' },
  paused: false,
  clockOffset: 0,
}

/** Nothing of what was seen stays on a page whose session has ended. */
export function forget(access: Access): PageState {
  return { ...INITIAL, access }
}
