import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..')
export const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
/** Then what still runs is killed. */
const END_WITHIN_MS = 5_000

/**
 * Where nobody looks at wrangler itself. Its local traces stand in the folder of the state and are never deleted: some
 * 20 kB a poll, so 600 MB a day of simulated data.
 */
const UNATTENDED = { FORCE_COLOR: '0', X_LOCAL_OBSERVABILITY: 'false' }

/**
 * Wrangler on the Node that runs this, whatever the machine's own is. In a process group of its own, so that its build
 * and its runtime end with it; it then gets no Ctrl-C from the terminal: whoever starts it must pass that on.
 */
export function startWrangler(args: readonly string[], stdio: 'pipe' | 'inherit'): ChildProcess {
  return spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', ...(stdio === 'pipe' && UNATTENDED) },
  })
}

/** Creates or updates the tables of the local D1. Throws with what wrangler printed. */
export async function migrateLocally(where: readonly string[] = []): Promise<void> {
  const child = startWrangler(['d1', 'migrations', 'apply', 'DB', '--local', ...where], 'pipe')
  let printed = ''
  child.stdout?.on('data', text => (printed += text))
  child.stderr?.on('data', text => (printed += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`The local database could not be migrated:\n${printed.trim()}`)
}

/** Ends the child with all that it started. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return
  const group = -child.pid
  signal(group, 'SIGTERM')
  const until = Date.now() + END_WITHIN_MS
  while (signal(group, 0) && Date.now() < until) await new Promise(done => setTimeout(done, 50))
  signal(group, 'SIGKILL')
}

/** Runs `end` once, at Ctrl-C, at a request to end, or when npm, which started this, is gone. */
export function whenAsked(end: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, end)
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && end(), 1_000).unref()
}

/** False when nobody is left to get it. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
