import { type ChildProcess, spawn } from 'node:child_process'

export interface Ran {
  code: number | null
  stdout: string
  stderr: string
}

/** A script of the project in `dir` to its end, on the Node of this run, with nobody at the keyboard. */
export function command(
  dir: string,
  args: readonly string[],
  env: Record<string, string>,
  started?: (child: ChildProcess) => void,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Nothing of whoever runs the tests: a key or a login of theirs would be used.
      env: { PATH: process.env.PATH ?? '', WRANGLER_SEND_METRICS: 'false', ...env },
    })
    started?.(child)
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', text => (stdout += text))
    child.stderr.on('data', text => (stderr += text))
    child.once('error', reject)
    child.once('close', code => resolve({ code, stdout, stderr }))
  })
}
