import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './freePort.ts'
import { type ProcessGroup, startGroup } from './processGroup.ts'
import { until } from './until.ts'

const READY_WITHIN_MS = 60_000

/** The tracker as anyone would start it: `wrangler dev --persist-to DIR --var NAME:value ...`, no script of ours. */
export class Product {
  readonly dir: string
  readonly vars: Record<string, string>
  readonly #entry: string[]
  /** Of the process that runs. */
  inspectorPort = 0
  #port = 0
  #group: ProcessGroup | null = null
  #earlier = ''

  /** `dir`: where its state is kept, by default a new folder. `entry`: a file in the place of the Worker's own. */
  constructor(vars: Record<string, string>, dir = mkdtempSync(join(tmpdir(), 'tracker-e2e-')), entry?: string) {
    this.dir = dir
    this.#entry = entry === undefined ? [] : [entry]
    this.vars = { OPENAI_ADMIN_KEY: 'sk-admin-abc', AUTH_MODE: 'open', POLL_COOLDOWN_SECONDS: '0', ...vars }
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Of the process group that it runs in; 0 while it does not. */
  get pid(): number {
    return this.#group?.pid ?? 0
  }

  /** Starts it without asking it anything: what it does then, it does by itself. */
  async start(): Promise<void> {
    this.#port ||= await freePort()
    const vars = Object.entries(this.vars).flatMap(([name, value]) => ['--var', `${name}:${value}`])
    this.inspectorPort = await freePort()
    const ports = ['--port', String(this.#port), '--inspector-port', String(this.inspectorPort)]
    this.#group = startGroup('wrangler', ['dev', ...this.#entry, ...ports, '--persist-to', this.dir, ...vars], {
      CI: '1',
    })
  }

  /** Waits for the first answer; to ask is also what wakes it in a fresh folder. */
  async ready(): Promise<void> {
    if (await until(async () => (await fetch(`${this.url}/health`)).ok, READY_WITHIN_MS)) return
    throw new Error(`The tracker did not answer within ${READY_WITHIN_MS / 1000} s:\n${this.log()}`)
  }

  async startAndWait(): Promise<void> {
    await this.start()
    await this.ready()
  }

  async migrate(): Promise<void> {
    const args = ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', this.dir]
    const group = startGroup('wrangler', args, { CI: '1' })
    await until(() => group.child.exitCode !== null, 60_000, 50)
    if (group.child.exitCode !== 0) throw new Error(`migrations failed:\n${group.printed()}`)
    await group.kill()
  }

  async get<T>(path: string): Promise<T> {
    return (await fetch(this.url + path)).json() as Promise<T>
  }

  async poll(): Promise<{ status: number; premium_tokens?: number; mini_tokens?: number; cached?: boolean }> {
    const answer = await fetch(`${this.url}/api/poll`, { method: 'POST' })
    return { ...((await answer.json()) as object), status: answer.status }
  }

  async kill(): Promise<void> {
    await this.#group?.kill()
    this.#earlier += this.#group?.printed() ?? ''
    this.#group = null
  }

  log(): string {
    return this.#earlier + (this.#group?.printed() ?? '')
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.dir, { recursive: true, force: true })
  }
}
