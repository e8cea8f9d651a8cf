import type { Call } from '../call.ts'
import { Reply } from '../reply.ts'
import type { Read } from './callTool.ts'

/**
 * `POST /mcp`. `readOf` gives the read of a route without its gates. The package that speaks the protocol is larger than all the
 * rest of the Worker, and is loaded by the first message.
 */
export function mcp(readOf: (path: string) => Read | undefined): (call: Call) => Promise<Reply> {
  return async call => {
    const { serveMcp } = await import('./serveMcp.ts')
    const { status, headers, body } = await serveMcp(call, readOf)
    const type = headers.get('content-type')
    const text = body === null ? null : await new Response(body).text()
    return new Reply(text, { status, headers: { ...(type !== null && { 'content-type': type }) } })
  }
}
