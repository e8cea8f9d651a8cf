import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, errorAnswer } from './api/answer.ts'
import { serveControl } from './control/serve-control.ts'
import { ALL_ROUTES } from './faults/fault.ts'
import type { Simulation } from './simulation.ts'

/** One request from its bytes to its answer: control requests are neither logged nor spoiled. */
export async function handleRequest(simulation: Simulation, request: IncomingMessage, response: ServerResponse) {
  response.setHeaders(commonHeaders())
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const method = request.method ?? 'GET'
  const body = await text(request)
  if (url.pathname.startsWith('/control/')) return send(response, serveControl(simulation, method, url, body))
  if (!url.pathname.startsWith(ALL_ROUTES)) {
    return send(response, errorAnswer(404, { message: `Invalid URL (${method} ${url.pathname})` }))
  }
  const began = performance.now()
  const armed = simulation.faults.take(url)
  const entry = simulation.requests.begin({
    time: simulation.now(),
    method,
    path: url.pathname,
    query: url.search,
    fault: armed?.order.fault ?? null,
  })
  response.once('close', () => {
    entry.status = response.headersSent ? response.statusCode : null
    entry.duration_ms = Math.round((performance.now() - began) * 10) / 10
  })
  const answer = simulation.answer({ method, url, authorization: request.headers.authorization, body }, armed)
  if (armed?.fault.kind === 'wire') armed.fault.send(response, answer)
  else send(response, answer)
}

/** `x-openai-simulator` lets a reader say that its numbers are made up; the others are OpenAI's. */
function commonHeaders(): Map<string, string> {
  return new Map([
    ['x-request-id', `req_${randomUUID().replaceAll('-', '')}`],
    ['openai-version', '2020-10-01'],
    ['openai-organization', 'simulated-organization'],
    ['x-openai-simulator', '1'],
  ])
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
