/**
 * An answer that is no data: what is wrong and what to do about it, for people, and a stable code for programs. A value,
 * not an exception, and no Response: the status, the headers and the JSON are made in one place, `toResponse`.
 */
export class Refusal {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly headers: Record<string, string>

  constructor(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
    this.status = status
    this.code = code
    this.detail = detail
    this.headers = headers
  }
}

export function badRequest(detail: string): Refusal {
  return new Refusal(400, 'bad_request', detail)
}

export function notFound(): Refusal {
  return new Refusal(404, 'not_found', 'There is nothing at this address; docs/api.md lists all routes.')
}

/** Retry-After in whole seconds (RFC 9110, 10.2.3); none where nobody knows. */
export function retryAfter(seconds: number | null): Record<string, string> {
  return seconds === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(seconds))) }
}
