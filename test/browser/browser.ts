import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { AHEAD_MS } from './afternoon.ts'

// Background networking is off because a test machine may have no network, and Chromium then retries for ever.
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface OpenBrowser {
  /** `clockAheadMs`: how far the pages' clock is ahead of the machine's, by default that of the checks. */
  context(options?: BrowserContextOptions & { clockAheadMs?: number }): Promise<BrowserContext>
  close(): Promise<void>
}

export async function openBrowser(): Promise<OpenBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'usage-browser-'))
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ARGS,
    env: { ...process.env, HOME: home } as Record<string, string>,
  })
  return {
    async context({ clockAheadMs = AHEAD_MS, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options })
      if (clockAheadMs !== 0) await context.addInitScript(moveClock, clockAheadMs)
      return context
    },
    async close() {
      await browser.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Runs in the page, before any script of its own. */
function moveClock(aheadMs: number): void {
  const Machine = Date
  const now = () => Machine.now() + aheadMs
  globalThis.Date = new Proxy(Machine, {
    construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [now()] : args, as),
    apply: () => new Machine(now()).toString(),
    get: (target, name, as) => (name === 'now' ? now : Reflect.get(target, name, as)),
  })
}

/** Everything that Chromium prints about a page: the console must stay empty. */
export function watchConsole(context: BrowserContext): string[] {
  const lines: string[] = []
  context.on('console', message => lines.push(`${message.type()}: ${message.text()} (${message.location().url})`))
  context.on('weberror', error => lines.push(`uncaught: ${error.error().message}`))
  return lines
}
