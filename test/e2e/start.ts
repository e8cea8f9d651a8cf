import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HistoryView, StatusView, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { freePort } from './harness/freePort.ts'
import { type ProcessGroup, startGroup } from './harness/processGroup.ts'
import { sleep, until } from './harness/until.ts'

/** A busy machine makes it slower, not red. */
const WITHIN_MS = 180_000

/** npm start, without a key: numbers that move, one sentence for a busy port, an end that leaves nothing behind. */
export default async function start(found: Findings): Promise<void> {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'tracker-e2e-'))
  const ports = ['--port', String(port), '--simulator-port', String(await freePort()), '--persist-to', dir]
  const url = `http://localhost:${port}`
  const get = async <T>(path: string) => (await fetch(url + path)).json() as Promise<T>
  const tokens = async () => {
    const { premium, mini } = await get<UsageView>('/api/usage')
    return premium.tokens_used + mini.tokens_used
  }
  const startedAt = Date.now()
  const first = npmStart(ports)
  try {
    found.check('it prints its address', await until(() => first.printed().includes(url), WITHIN_MS), first.printed())
    let before = 0
    const counted = await until(async () => {
      before = await tokens()
      return before > 0
    }, WITHIN_MS)
    const moved = counted && (await until(async () => (await tokens()) !== before, WITHIN_MS))
    const took = Date.now() - startedAt
    found.check('numbers move at that address', moved, `${took} ms\n${first.printed()}`)
    found.note(`${(took / 1000).toFixed(1)} s to numbers that have moved`)
    found.check('the console says that the data is simulated', /simulated/i.test(first.printed()))
    found.check('/api/status says so too', (await get<StatusView>('/api/status')).simulated)

    const busy = npmStart(ports)
    await until(() => busy.child.exitCode !== null, 20_000)
    found.equal('a second start ends with 1', busy.child.exitCode, 1)
    const words = busy
      .printed()
      .split('\n')
      .filter(line => line.includes('in use'))
    found.check(
      'and says in one sentence which port is busy, and what to do',
      words.length === 1 && words[0]?.includes(String(port)) === true && words[0].includes('--port'),
      busy.printed(),
    )
    await busy.kill()

    await until(async () => (await get<HistoryView>('/api/history?days=1')).count > 1, 20_000)
    const { snapshots } = await get<HistoryView>('/api/history?days=1')
    const started = descendants(first.pid)
    found.check('it runs as several processes', started.length >= 3, started)
    await endsBy(found, 'Ctrl-C', 'SIGINT', first, started)
    found.check('the port is free again', await isFree(port))

    const second = npmStart(ports)
    await until(() => second.printed().includes(url), WITHIN_MS)
    const again = await get<HistoryView>('/api/history?days=1')
    const shown = new Set(again.snapshots.map(({ timestamp }) => timestamp))
    found.check(
      'what it knew before the restart it still knows',
      snapshots.length > 0 && snapshots.every(({ timestamp }) => shown.has(timestamp)),
      `${snapshots.length} snapshots before, ${again.count} after`,
    )
    await endsBy(found, 'SIGTERM to npm', 'SIGTERM', second, descendants(second.pid))
    await second.kill()
    found.check('wrangler left no traces of each request behind', !existsSync(join(dir, 'v3/observability')))
  } finally {
    for (const pid of descendants(first.pid)) end(pid, 'SIGKILL')
    await first.kill()
    rmSync(dir, { recursive: true, force: true })
  }
}

function npmStart(ports: readonly string[]): ProcessGroup {
  // Without a key whatever the environment says.
  return startGroup('npm', ['start', '--', ...ports], { OPENAI_ADMIN_KEY: '', ALERT_WEBHOOK_URL: '' })
}

/** Ctrl-C reaches the terminal's whole foreground group; SIGTERM only the one who was named. */
async function endsBy(found: Findings, what: string, name: NodeJS.Signals, group: ProcessGroup, started: number[]) {
  end(name === 'SIGINT' ? -group.pid : group.pid, name)
  const gone = await until(() => !group.alive() && started.every(pid => !end(pid, 0)), 15_000)
  found.check(
    `${what} ends all of it`,
    gone,
    started.filter(pid => end(pid, 0)),
  )
  await sleep(100)
}

function descendants(root: number): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = rows
    .trim()
    .split('\n')
    .map(row => row.trim().split(/\s+/).map(Number))
  const found: number[] = []
  for (let parents = [root]; parents.length > 0; ) {
    const of = new Set(parents)
    parents = pairs.flatMap(([pid = 0, parent = 0]) => (of.has(parent) ? [pid] : []))
    found.push(...parents)
  }
  return found
}

function end(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise(done => {
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })
}
