// The product as a process of its own: `wrangler dev` as anyone would start it, on a free port and an empty state.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AHEAD_MS } from './afternoon.ts'

const ROOT = join(import.meta.dirname, '../..')
const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
const ENTRY = join(import.meta.dirname, 'clockAhead.ts')
const READY_WITHIN_MS = 90_000

export interface Product {
  url: string
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Starts it again on the same state, with other variables if wanted. */
  start(vars?: Record<string, string>): Promise<void>
  post(path: string): Promise<Response>
  /** A poll that began after this call: the first may only join one that was already under way. */
  poll(): Promise<void>
  log(): string
  end(): Promise<void>
}

export interface ProductOptions {
  /** Whether its history database is set up, as `npm start` does and a bare `wrangler dev` does not. */
  migrated?: boolean
  /** How far its clock is ahead of the machine's, by default that of the checks. */
  clockAheadMs?: number
}

export async function startProduct(
  vars: Record<string, string>,
  { migrated = true, clockAheadMs = AHEAD_MS }: ProductOptions = {},
): Promise<Product> {
  const state = await mkdtemp(join(tmpdir(), 'usage-product-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | null = null
  let printed = ''
  let last = vars
  if (migrated) await migrate(state)
  const product: Product = {
    url,
    async start(next = last) {
      last = next
      const settings = Object.entries({ ...next, CLOCK_AHEAD_MS: String(clockAheadMs) }).flatMap(([name, value]) => [
        '--var',
        `${name}:${value}`,
      ])
      const args = [
        'dev',
        ENTRY,
        '--ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--inspector-port',
        String(await freePort()),
        '--persist-to',
        state,
      ]
      // A group of its own: wrangler's workerd must end with it.
      child = spawn(process.execPath, [WRANGLER, ...args, '--show-interactive-dev-session=false', ...settings], {
        cwd: ROOT,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', FORCE_COLOR: '0' },
      })
      child.stdout?.on('data', text => (printed += text))
      child.stderr?.on('data', text => (printed += text))
      await answers(url, child, () => printed)
    },
    async kill() {
      const ended = child
      child = null
      if (!ended?.pid || ended.exitCode !== null) return
      const gone = new Promise(done => ended.once('exit', done))
      process.kill(-ended.pid, 'SIGKILL')
      await gone
    },
    post: path =>
      fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    async poll() {
      await product.post('/api/poll')
      const answer = await product.post('/api/poll')
      if (!answer.ok) throw new Error(`POST /api/poll: ${answer.status} ${await answer.text()}`)
    },
    log: () => printed,
    async end() {
      await product.kill()
      await rm(state, { recursive: true, force: true })
    },
  }
  await product.start()
  return product
}

async function migrate(state: string): Promise<void> {
  const args = [WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', '--persist-to', state]
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore', env: { ...process.env, CI: '1' } })
  const code = await new Promise(done => child.once('exit', done))
  if (code !== 0) throw new Error(`wrangler d1 migrations apply ended with ${code}`)
}

async function answers(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until && child.exitCode === null) {
    try {
      if ((await fetch(`${url}/health`)).ok) return
    } catch {
      await new Promise(done => setTimeout(done, 200))
    }
  }
  throw new Error(`The product did not answer within ${READY_WITHIN_MS / 1000} s:\n${log()}`)
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
