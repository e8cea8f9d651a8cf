import type { PollOutcome } from '../page/polling.ts'
import { duration } from '../words/duration.ts'
import { fullTokens, plural } from '../words/tokens.ts'

export interface PollWords {
  tone: 'ok' | 'warn'
  text: string
}

/** The outcome of "Poll now", in a sentence; `action`: what to do about a failure. */
export function pollWords(poll: PollOutcome, action?: string): PollWords | null {
  if (poll.kind === 'done') {
    const { view } = poll
    const found = `premium ${fullTokens(view.premium_tokens)}, mini ${fullTokens(view.mini_tokens)}`
    if (view.cached) return { tone: 'ok', text: `Just polled already: ${found}` }
    const alerts = view.alerts_triggered === 0 ? 'no new alert' : plural(view.alerts_triggered, 'new alert')
    return { tone: 'ok', text: `Polled: ${found}, ${alerts}` }
  }
  if (poll.kind !== 'failed') return null
  const more = action && !poll.problem.detail.includes(action) ? ` ${action}` : ''
  const wait = poll.retryAfter === null ? '' : ` Try again in ${duration(poll.retryAfter)}.`
  return { tone: 'warn', text: `Poll failed: ${poll.problem.detail || poll.problem.title}${wait}${more}` }
}
