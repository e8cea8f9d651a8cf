import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds that the threads of the workerd below this process have run, by the scheduler's own account. */
export function workerdCpuMs(): number {
  const workerds = subfolders('/proc').filter(pid => {
    const [, comm, rest] = /^\d+ \((.*)\) (.*)$/s.exec(textOf(`/proc/${pid}/stat`)) ?? []
    return comm === 'workerd' && rest?.split(' ')[1] === String(process.pid)
  })
  const threads = workerds.flatMap(pid => subfolders(`/proc/${pid}/task`).map(id => `/proc/${pid}/task/${id}`))
  return threads.reduce((sum, thread) => sum + Number(textOf(`${thread}/schedstat`).split(' ')[0]), 0) / 1e6
}

function subfolders(path: string): string[] {
  try {
    return readdirSync(path).filter(name => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Empty for a process or thread that has ended meanwhile. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
