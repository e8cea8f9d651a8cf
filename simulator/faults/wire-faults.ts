import type { ServerResponse } from 'node:http'
import type { Answer } from '../api/answer.ts'
import type { Fault } from './fault.ts'

const HUGE_BYTES = 100 * 1024 * 1024
const DRIP_MS = 200
const SLOW_MS = 3000

function wire(summary: string, send: (response: ServerResponse, answer: Answer) => void): Fault {
  return { kind: 'wire', summary, send }
}

function begin(response: ServerResponse, answer: Answer, headers: Record<string, string> = {}): void {
  response.writeHead(answer.status, { ...answer.headers, ...headers })
}

function half(answer: Answer): string {
  return answer.body.slice(0, Math.ceil(answer.body.length / 2))
}

/** Good answers that never arrive whole. A timer never outlives its connection. */
export const WIRE_FAULTS: Record<string, Fault> = {
  reset: wire('connection reset before any answer', response => response.socket?.resetAndDestroy()),
  'reset-mid-body': wire('connection reset after half the body', (response, answer) => {
    begin(response, answer)
    response.write(half(answer), () => response.socket?.resetAndDestroy())
  }),
  hang: wire('accepts the request and stays silent', () => {}),
  'hang-mid-body': wire('half the body, then silence', (response, answer) => {
    begin(response, answer)
    response.write(half(answer))
  }),
  drip: wire(`one byte every ${DRIP_MS} ms`, drip),
  slow: wire(`the whole answer ${SLOW_MS} ms late`, (response, answer) => {
    const timer = setTimeout(() => {
      begin(response, answer)
      response.end(answer.body)
    }, SLOW_MS)
    response.once('close', () => clearTimeout(timer))
  }),
  'short-body': wire('closes before the declared length is sent', (response, answer) => {
    begin(response, answer, { 'content-length': String(Buffer.byteLength(answer.body)) })
    response.write(half(answer), () => response.socket?.destroy())
  }),
  'huge-body': wire('100 MB of valid JSON, length not declared', huge),
}

function drip(response: ServerResponse, answer: Answer): void {
  begin(response, answer)
  const bytes = Buffer.from(answer.body)
  let sent = 0
  const timer = setInterval(() => {
    if (sent < bytes.length) response.write(bytes.subarray(sent, ++sent))
    else response.end()
  }, DRIP_MS)
  response.once('close', () => clearInterval(timer))
}

function huge(response: ServerResponse, answer: Answer): void {
  begin(response, answer)
  const chunk = Buffer.alloc(64 * 1024, 'x')
  response.write(`${answer.body.slice(0, -1)},"padding":"`)
  let left = HUGE_BYTES
  const pump = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length
      if (!response.write(chunk)) return
    }
    if (!response.destroyed && !response.writableEnded) response.end('"}')
  }
  response.on('drain', pump)
  pump()
}
