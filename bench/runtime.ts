import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundle, ROOT } from './bundle.ts'

export interface Runtime {
  url: string
  /** Sends a request and fails unless it is answered with a success. */
  ask(path: string, body?: unknown): Promise<Response>
  /** Nanoseconds that the threads of workerd have been running. */
  cpuNs(): number
  /** Takes an object from memory, as after ten idle seconds; its sockets hibernate. */
  hibernate(className: 'UsageTracker' | 'BareObject', name: string): Promise<void>
  end(): Promise<void>
}

const COMPATIBILITY_DATE = /^compatibility_date = "(.*)"/m

/** The product and the objects of the benchmarks in workerd, with storage and a migrated D1 of their own. */
export async function startRuntime(vars: Record<string, string> = {}): Promise<Runtime> {
  const folder = mkdtempSync(join(tmpdir(), 'tracker-bench-'))
  const { script } = bundle(folder, { config: 'bench/wrangler.toml', minify: true })
  const others = new Set(workerds())
  const object = (className: string) => ({ className, useSQLite: true })
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      name: 'bench',
      modules: true,
      script,
      compatibilityDate: COMPATIBILITY_DATE.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'))?.[1] ?? '',
      compatibilityFlags: ['nodejs_compat'],
      durableObjects: {
        USAGE_TRACKER: object('UsageTracker'),
        // What it knows of the moved clock is in its memory only.
        AGED: { ...object('AgedTracker'), unsafePreventEviction: true },
        BARE: object('BareObject'),
      },
      d1Databases: ['DB'],
      bindings: vars,
      // Not through the simulator's own router, which costs more than what is measured.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
      handleStructuredLogs: ({ level, message }) => {
        if (level === 'error') console.error(message)
      },
    }),
  )
  await mf.ready
  await migrate(await mf.getD1Database('DB'))
  const url = String(await mf.unsafeGetDirectURL()).replace(/\/$/, '')
  const pids = workerds().filter(pid => !others.has(pid))
  return {
    url,
    ask: async (path, body) => {
      const response = await fetch(url + path, {
        method: body === undefined ? 'GET' : 'POST',
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response
    },
    cpuNs: () => pids.reduce((sum, pid) => sum + cpuNsOf(pid), 0),
    hibernate: async (className, name) => {
      try {
        await mf.unsafeEvictDurableObject('bench', className, { name, webSockets: 'hibernate' })
      } catch (error) {
        if (!String(error).includes('not currently running')) throw error
      }
    },
    end: async () => {
      await mf.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function migrate(db: Awaited<ReturnType<Miniflare['getD1Database']>>): Promise<void> {
  const folder = join(ROOT, 'migrations')
  for (const file of readdirSync(folder).sort()) {
    const text = readFileSync(join(folder, file), 'utf8').replace(/--.*$/gm, '')
    const statements = text.split(';').filter(statement => statement.trim() !== '')
    await db.batch(statements.map(statement => db.prepare(statement)))
  }
}

/** Child processes of this one that run workerd. */
function workerds(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        return stat.includes('(workerd)') && stat.split(') ')[1]?.split(' ')[1] === String(process.pid)
      } catch {
        return false
      }
    })
}

function cpuNsOf(pid: number): number {
  let sum = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // A thread that has ended.
    }
  }
  return sum
}
