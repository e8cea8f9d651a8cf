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
  console.error(redact(JSON.stringify(line), call.env))
}
