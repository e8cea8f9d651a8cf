import { spawnSync } from 'node:child_process'

/**
 * A command that is known to stand still for ever now and then: ended and started anew, once for each of `limitsMs`, which
 * grow, so that a slow machine gets there too. Its output goes where ours goes. Throws when it fails, or was never done.
 */
export function runToEnd([command, ...args]: readonly [string, ...string[]], cwd: string, limitsMs: readonly number[]) {
  for (const limitMs of limitsMs) {
    const { status, signal, error } = spawnSync(command, args, {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: limitMs,
      killSignal: 'SIGKILL',
    })
    if (status === 0) return
    if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ETIMEDOUT') {
      throw error ?? new Error(`${args[0]} ended with ${signal ?? status}.`)
    }
    console.error(`${args[0]} was not done in ${limitMs / 1000} s and is ended.`)
  }
  throw new Error(`${args[0]} was not done in ${limitsMs.map(ms => ms / 1000).join(', ')} s.`)
}
