import {
  createMcpHandler,
  isLegacyRequest,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import type { Call } from '../call.ts'
import document from '../openapi/openapi.json'
import { callTool, type Read } from './callTool.ts'
import { TOOLS } from './tools.ts'

export const MOST_MESSAGE_BYTES = 64 * 1024
/** Both change with a deploy only, and are the same for everybody. */
const HOLDS = { ttlMs: 3_600_000, cacheScope: 'public' } as const
const CACHE_HINTS = { 'tools/list': HOLDS, 'server/discover': HOLDS }

const INSTRUCTIONS =
  'Counts an organization’s OpenAI tokens against the daily limits of free ones. Days are UTC; Unix times are in seconds. OpenAI reports usage some minutes late: get_headroom allows for that.'

/**
 * One message of the Model Context Protocol, without a session: revision 2026-07-28 as the package serves it, and those of 2025
 * by its older transport, told to answer in JSON.
 */
export async function serveMcp(call: Call, readOf: (path: string) => Read | undefined): Promise<Response> {
  const { request } = call
  const server = () => serverOf(call, readOf)
  const limits = { maxRequestBodySize: MOST_MESSAGE_BYTES }
  if (!(await isLegacyRequest(request, undefined, limits))) {
    return createMcpHandler(server, { ...limits, legacy: 'reject', maxSubscriptions: 0 }).fetch(request)
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true, ...limits })
  const legacy = server()
  await legacy.connect(transport)
  return transport.handleRequest(request)
}

function serverOf(call: Call, readOf: (path: string) => Read | undefined): Server {
  const { title, version } = document.info
  const server = new Server(
    { name: 'openai-usage-tracker', title, version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS, cacheHints: CACHE_HINTS },
  )
  server.setRequestHandler('tools/list', async () => ({ tools: TOOLS.map(({ path: _, ...tool }) => tool) }))
  server.setRequestHandler('tools/call', async ({ params }) => {
    const tool = TOOLS.find(({ name }) => name === params.name)
    const read = tool && readOf(tool.path)
    if (tool === undefined || read === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${JSON.stringify(params.name)}.`)
    }
    return callTool(tool, params.arguments ?? {}, { call, read })
  })
  return server
}
