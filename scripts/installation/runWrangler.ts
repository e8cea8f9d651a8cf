import { type ChildProcess, spawn } from 'node:child_process'
import { endGroup, ROOT, WRANGLER } from '../wrangler.ts'

export interface WranglerRun {
  code: number
  stdout: string
  /** Both streams as they came. */
  printed: string
}

const running = new Set<ChildProcess>()
/** Once all is ended nothing new begins: a wrangler that is ended may say that it has done its work. */
let ended = false

/**
 * One command of wrangler to its end. It asks nothing, for nobody sees it; what it must be told beside its arguments, which every
 * user of the machine can see, goes in by `input`.
 */
export function runWrangler(
  args: readonly string[],
  { input, env = {} }: { input?: string; env?: Record<string, string> } = {},
): Promise<WranglerRun> {
  return new Promise((resolve, reject) => {
    if (ended) return
    const child = spawn(process.execPath, [WRANGLER, ...args], {
      cwd: ROOT,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false', FORCE_COLOR: '0', ...env },
    })
    running.add(child)
    let [stdout, printed] = ['', '']
    child.stdout.on('data', text => {
      stdout += text
      printed += text
    })
    child.stderr.on('data', text => (printed += text))
    child.once('error', reject)
    child.once('close', code => {
      running.delete(child)
      if (!ended) resolve({ code: code ?? 1, stdout, printed })
    })
    // It may have ended without reading.
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
  })
}

/** Ends what still runs: each is in a group of its own, which no Ctrl-C of the terminal reaches. */
export async function endWrangler(): Promise<void> {
  ended = true
  await Promise.all([...running].map(endGroup))
}
