import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { until } from './until.ts'

export const ROOT = join(import.meta.dirname, '../../..')

const groups = new Set<number>()
// Whatever ends a run, nothing that it started goes on.
process.on('exit', () => {
  for (const pid of groups) signalGroup(pid, 'SIGKILL')
})
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1))

export interface ProcessGroup {
  readonly child: ChildProcess
  readonly pid: number
  printed(): string
  alive(): boolean
  /** Ends all of it at once, as a power cut would. */
  kill(): Promise<void>
}

/** A program with the repository's own commands first on its PATH, as npm scripts have them. */
export function startGroup(command: string, args: readonly string[], env: Record<string, string> = {}): ProcessGroup {
  const PATH = `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`
  const child = spawn(command, args, {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH, WRANGLER_SEND_METRICS: 'false', FORCE_COLOR: '0', ...env },
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} could not be started`)
  groups.add(pid)
  let printed = ''
  child.stdout.on('data', text => (printed += text))
  child.stderr.on('data', text => (printed += text))
  const alive = () => signalGroup(pid, 0)
  return {
    child,
    pid,
    printed: () => printed,
    alive,
    async kill() {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve()
      signalGroup(pid, 'SIGKILL')
      await gone
      await until(() => !alive(), 5_000, 20)
      groups.delete(pid)
    },
  }
}

/** False when nobody is left to get it. */
function signalGroup(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, name)
  } catch {
    return false
  }
}
