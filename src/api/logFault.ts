import type { Call } from './call.ts'
import { redact } from './redact.ts'

/** One JSON line for the operator. The client learns no more than the id that finds it. */
export function logFault(call: Call, event: string, error: unknown, requestId: string | null = null): void {
  const fault = error instanceof Error ? error : new Error(String(error))
  const line = {
    level: 'error',
    event,
    request_id: requestId,
    method: call.request.method,
    path: call.url.pathname.slice(0, 200),
    error: fault.name,
    message: fault.message,
    stack: fault.stack
      ?.split('\n')
      .slice(1, 8)
      .map(frame => frame.trim()),
  }
  // Each text by itself: in the finished line, quotes within a secret would be escaped and hide it.
  const clean = (_: string, value: unknown) => (typeof value === 'string' ? redact(value, call.env) : value)
  console.error(JSON.stringify(line, clean))
}
