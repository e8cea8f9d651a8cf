// A stand-in for the Worker, for designing states. The checks of run.ts run against the real product.
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import type { LiveFrame, SessionView } from '../../src/wire.ts'
import { acceptSocket, type MockSocket } from './mockSocket.ts'
import type { MockWorld } from './mockWorld.ts'

const DIST = join(import.meta.dirname, '../../dist/dashboard')
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.txt': 'text/plain',
}
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export interface MockServer {
  url: string
  world: MockWorld
  session: SessionView
  /** Paths (without query) that answer with a problem instead. */
  broken: Map<string, { status: number; code: string; detail: string }>
  /** False: sockets are refused without a word. */
  sockets: boolean
  /** True: pings stay without an answer, as on a line that the network forgot. */
  deaf: boolean
  /** Sockets accepted so far. */
  accepted: number
  push(frame: Record<string, unknown>): void
  cutAll(): void
  closeAll(code: number): void
  close(): Promise<void>
}

export async function startMock(world: MockWorld, port = 0): Promise<MockServer> {
  const open = new Set<MockSocket>()
  let seq = 1
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock')
    if (url.pathname.startsWith('/api/')) answer(mock, request.method ?? 'GET', url, response)
    else void file(url.pathname, response)
  })
  server.on('upgrade', (request, line) => {
    if (!mock.sockets) return line.destroy()
    const socket = acceptSocket(request, line, text => {
      if (text === 'ping' && !mock.deaf) socket.send('pong')
    })
    mock.accepted++
    open.add(socket)
    line.on('close', () => open.delete(socket))
    const { usage, alerts, status } = mock.world
    const frame: LiveFrame = {
      type: 'snapshot',
      seq: seq++,
      usage,
      alerts: alerts.filter(each => each.date === usage.date),
      status,
    }
    socket.send(JSON.stringify(frame))
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  const address = server.address()
  const mock: MockServer = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    world,
    session: { auth_mode: 'token', authenticated: true, expires_at: null },
    broken: new Map(),
    sockets: true,
    deaf: false,
    accepted: 0,
    push: frame => {
      for (const socket of open) socket.send(JSON.stringify({ ...frame, seq: seq++ }))
    },
    cutAll: () => {
      for (const socket of open) socket.cut()
    },
    closeAll: code => {
      for (const socket of open) socket.close(code)
    },
    close: () =>
      new Promise(done => {
        for (const socket of open) socket.cut()
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
  return mock
}

function answer(mock: MockServer, method: string, url: URL, response: ServerResponse): void {
  const { world } = mock
  const broken = mock.broken.get(url.pathname)
  if (broken) {
    send(response, broken.status, { type: 'about:blank', title: broken.code, ...broken })
    return
  }
  const days = url.searchParams.get('interval') === 'day'
  const bodies: Record<string, () => unknown> = {
    '/api/session': () => mock.session,
    '/api/usage': () => world.usage,
    '/api/status': () => world.status,
    '/api/alerts': () => ({ alerts: world.alerts, count: world.alerts.length }),
    '/api/models': () => ({
      date: url.searchParams.get('date'),
      final: true,
      models: world.usage.models,
      count: world.usage.models.length,
    }),
    '/api/history': () => ({ snapshots: days ? world.days : world.points, count: 0 }),
    '/api/poll': () => ({
      success: true,
      date: world.usage.date,
      premium_tokens: world.usage.premium.used,
      mini_tokens: world.usage.mini.used,
      alerts_triggered: 0,
      cached: false,
    }),
  }
  const body = bodies[url.pathname]
  const known = body && (method === 'POST') === (url.pathname === '/api/poll')
  if (known) send(response, 200, body())
  else send(response, 404, { title: 'Not found', status: 404, code: 'not_found', detail: '' })
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function file(path: string, response: ServerResponse): Promise<void> {
  try {
    const name = path === '/' ? 'index.html' : path.slice(1)
    const body = await readFile(join(DIST, name))
    response
      .writeHead(200, {
        'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': CSP,
      })
      .end(body)
  } catch {
    response.writeHead(404).end()
  }
}
