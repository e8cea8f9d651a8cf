import { spawnSync } from 'node:child_process'

/**
 * A command that is known to stand still for ever now and then: ended after `withinMs` and started anew, `tries` times in
 * all. Its output goes where ours goes. Throws when it fails, or stood still each time.
 */
export function runToEnd(
  [command, ...args]: readonly [string, ...string[]],
  { cwd, withinMs, tries }: { cwd: string; withinMs: number; tries: number },
): void {
  for (let left = tries; left > 0; left--) {
    const { status, signal, error } = spawnSync(command, args, {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: withinMs,
      killSignal: 'SIGKILL',
    })
    if (status === 0) return
    if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ETIMEDOUT') {
      throw error ?? new Error(`${args[0]} ended with ${signal ?? status}.`)
    }
    console.error(`${args[0]} stood still for ${withinMs / 1000} s and was ended.`)
  }
  throw new Error(`${args[0]} stood still ${tries} times.`)
}
