import { spawn, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'

export interface Terminal {
  /** As if at the keyboard. */
  type(text: string): void
  /** All that was ever shown, control characters too. */
  screen(): string
  /** The exit code of the command. */
  ended: Promise<number>
}

/** A command at a terminal of `columns`, by `script` of util-linux; null where that is not there. */
export function terminal(dir: string, line: string, env: Record<string, string>, columns: number): Terminal | null {
  if (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') !== true) return null
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows 40; exec ${line}`, '/dev/null'], {
    cwd: dir,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      TERM: 'xterm-256color',
      SHELL: '/bin/sh',
      WRANGLER_SEND_METRICS: 'false',
      ...env,
    },
  })
  let shown = ''
  child.stdout.on('data', text => (shown += text))
  child.stderr.on('data', text => (shown += text))
  return {
    type: text => child.stdin.write(text),
    screen: () => shown,
    ended: new Promise(done => child.once('close', code => done(code ?? 1))),
  }
}
