/** Why a read of the Usage API came to nothing. A fault never carries the key or text that OpenAI sent. */
export type UpstreamFault =
  /** 401, 403: the key is missing, wrong, revoked, expired, or lacks a scope. */
  | { kind: 'refused'; status: number; missingScope: string | null; requestId: string | null }
  /** 401, 403: OpenAI serves nobody in the country from which the tracker asks. */
  | { kind: 'regionBlocked'; status: number; requestId: string | null }
  /** 401, 403: the organisation lets only listed addresses ask. */
  | { kind: 'ipBlocked'; status: number; requestId: string | null }
  /** 429. */
  | { kind: 'rateLimited'; status: number; retryAfterMs: number | null; requestId: string | null }
  /** 429 too, but no wait helps: the organisation has no credit. */
  | { kind: 'noCredit'; status: number; requestId: string | null }
  /** 408, 409, 5xx. */
  | { kind: 'serverError'; status: number; retryAfterMs: number | null; requestId: string | null }
  /** Any other status: 404, 400, a redirect. `isGone`: OpenAI itself says that what was asked for is not there. */
  | { kind: 'unexpectedStatus'; status: number; requestId: string | null; isGone?: true }
  /** No answer: DNS, TLS, reset, refused connection. */
  | { kind: 'unreachable' }
  | { kind: 'timedOut'; afterMs: number }
  /** An answer that is not what the API promises: nothing of it is used. */
  | { kind: 'malformed'; detail: string; requestId: string | null }
  /** Nobody's fault: the wake has used its requests (src/budget.ts), and half a read is worth nothing. */
  | { kind: 'postponed' }

/** A read that is void because of what OpenAI sent; `detail` says what is wrong in words of ours. */
export function malformed(detail: string, requestId: string | null = null): { ok: false; fault: UpstreamFault } {
  return { ok: false, fault: { kind: 'malformed', detail, requestId } }
}

/**
 * True for an answer that stays the same until somebody changes a setting: it is asked for again ever more slowly,
 * because the errors of a stranger count against the address.
 */
export function isRefusal({ kind }: UpstreamFault): boolean {
  return kind === 'refused' || kind === 'regionBlocked' || kind === 'ipBlocked' || kind === 'unexpectedStatus'
}

export interface FaultWords {
  code: string
  /** What is wrong. */
  message: string
  /** What to do about it. */
  action: string
}

/** The fault in words for an operator. A new kind of fault breaks the build here until it has words. */
export function faultWords(fault: UpstreamFault): FaultWords {
  switch (fault.kind) {
    case 'refused':
      return refusedWords(fault.status, fault.missingScope)
    case 'regionBlocked':
      return {
        code: 'upstream_region_blocked',
        message: `OpenAI serves nobody in the region where the tracker runs, and refuses its requests (${fault.status}).`,
        action:
          'Set LOCATION_HINT to a region that OpenAI serves (weur, enam) and deploy under another name: it counts only ' +
          'when the tracker first starts. Where the tracker runs locally, the network must be in such a region.',
      }
    case 'ipBlocked':
      return {
        code: 'upstream_ip_blocked',
        message: `OpenAI refuses the address from which the tracker asks (${fault.status}): it is not on the organization's IP allowlist.`,
        action:
          'Workers have no fixed address: open the IP allowlist at https://platform.openai.com/settings/organization, ' +
          'or set OPENAI_BASE_URL to a proxy of your own whose address is on the list.',
      }
    case 'rateLimited':
      return {
        code: 'upstream_rate_limited',
        message: 'OpenAI limits the rate of requests (429).',
        action: 'Nothing to do: the tracker waits as long as OpenAI asks. If it stays, poll less often (POLL_CRON).',
      }
    case 'noCredit':
      return {
        code: 'upstream_quota',
        message: `OpenAI says that the organization has no credit left or has reached its spending limit (${fault.status}). This is no rate limit.`,
        action:
          'Add credit or raise the limit at https://platform.openai.com/settings/organization/billing. The tracker ' +
          'keeps trying and goes on by itself.',
      }
    case 'serverError':
      return {
        code: 'upstream_error',
        message: `OpenAI answers with status ${fault.status}.`,
        action: 'Nothing to do: the tracker tries again. See https://status.openai.com/ if it stays.',
      }
    case 'unexpectedStatus':
      return {
        code: 'upstream_unexpected_status',
        message: `OpenAI answers with status ${fault.status}, which the Usage API should not.`,
        action: 'Check OPENAI_BASE_URL (default https://api.openai.com/v1) and OPENAI_PROJECT_IDS.',
      }
    case 'unreachable':
      return {
        code: 'upstream_unreachable',
        message: 'OpenAI cannot be reached.',
        action: 'Nothing to do if it passes: the tracker tries again. If it stays, check OPENAI_BASE_URL.',
      }
    case 'timedOut':
      return {
        code: 'upstream_timeout',
        message: `OpenAI did not answer completely within ${fault.afterMs / 1000} s.`,
        action: 'Nothing to do: the tracker tries again.',
      }
    case 'malformed':
      return {
        code: 'upstream_malformed',
        message: `OpenAI's answer is not what its API describes: ${fault.detail}. The numbers stay as they were.`,
        action: 'Nothing to do if it passes. If it stays, OPENAI_BASE_URL may point to something else.',
      }
    case 'postponed':
      return {
        code: 'postponed',
        message: 'The read waits for the next wake: this one has used its requests.',
        action: 'Nothing to do: it follows by itself.',
      }
  }
}

function refusedWords(status: number, missingScope: string | null): FaultWords {
  if (missingScope !== null) {
    return {
      code: 'upstream_missing_scope',
      message: `OpenAI refuses the admin key: it lacks the scope ${missingScope}.`,
      action: 'Create a key with that scope and set it: npx wrangler secret put OPENAI_ADMIN_KEY.',
    }
  }
  return {
    code: 'upstream_refused',
    message: `OpenAI refuses the admin key (${status}): it is wrong, revoked, expired, or no admin key.`,
    action:
      'Create an admin key (not a project key) at https://platform.openai.com/settings/organization/admin-keys ' +
      'and set it: npx wrangler secret put OPENAI_ADMIN_KEY.',
  }
}

/** When OpenAI itself said to come back, in milliseconds from its answer; null where it did not. */
export function retryAfterOf(fault: UpstreamFault): number | null {
  return fault.kind === 'rateLimited' || fault.kind === 'serverError' ? fault.retryAfterMs : null
}

export function requestIdOf(fault: UpstreamFault): string | null {
  return 'requestId' in fault ? fault.requestId : null
}
