import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

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
  context(options?: Parameters<Awaited<ReturnType<typeof chromium.launch>>['newContext']>[0]): Promise<BrowserContext>
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
    context: options => browser.newContext({ viewport: { width: 1280, height: 720 }, ...options }),
    async close() {
      await browser.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Everything that Chromium prints about a page: the console must stay empty. */
export function watchConsole(context: BrowserContext): string[] {
  const lines: string[] = []
  context.on('console', message => lines.push(`${message.type()}: ${message.text()} (${message.location().url})`))
  context.on('weberror', error => lines.push(`uncaught: ${error.error().message}`))
  return lines
}
