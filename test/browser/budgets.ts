// node test/browser/budgets.ts: what the page weighs and how quick it is, measured on the running product.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { startQuietSimulator } from './afternoon.ts'
import { type OpenBrowser, openBrowser } from './browser.ts'
import { within } from './checks.ts'
import { drawingTime } from './drawingTime.ts'
import { startProduct } from './product.ts'
import { textOf } from './readPage.ts'

const DIST = join(import.meta.dirname, '../../dist/dashboard')
const LOADS = 10
const MODELS = 50
const MANY_MODELS = 1_000
const UPDATES = 20
const FIRST_SCREEN_KIB = 40

let broken = 0
function measure(name: string, found: number, most: number, unit: string): void {
  const holds = found <= most
  if (!holds) broken++
  console.log(
    `${holds ? 'ok   ' : 'OVER '} ${name}: ${found.toFixed(unit === '' ? 3 : 1)} ${unit} (at most ${most} ${unit})`,
  )
}

async function weigh(): Promise<void> {
  const names = (await readdir(join(DIST, 'assets'))).map(name => `assets/${name}`)
  const kib = async (files: readonly string[]) => {
    const sizes = await Promise.all(
      files.map(async name => gzipSync(await readFile(join(DIST, name)), { level: 9 }).length),
    )
    return sizes.reduce((sum, size) => sum + size, 0) / 1024
  }
  const scripts = names.filter(name => name.endsWith('.js'))
  measure('all of the page, gzipped', await kib(['index.html', ...names]), 150, 'KiB')
  measure('all scripts, gzipped', await kib(scripts), 120, 'KiB')
  measure('styles, gzipped', await kib(names.filter(name => name.endsWith('.css'))), 10, 'KiB')
}

/** What is fetched until the numbers of Today are on the screen; the curves' code comes after them. */
async function firstScreen(browser: OpenBrowser, url: string): Promise<void> {
  const context = await browser.context()
  const page = await context.newPage()
  await page.addInitScript(watchLoad)
  await page.goto(url)
  await page.locator('.figures strong').first().waitFor()
  await page.waitForTimeout(500)
  const names = await page.evaluate(() => {
    const { useful } = (globalThis as unknown as { load: Load }).load
    const resources = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    return resources.filter(each => each.responseEnd <= useful).map(each => new URL(each.name).pathname.slice(1))
  })
  const fetched = new Set(['index.html', ...names.filter(name => name.startsWith('assets/'))])
  await context.close()
  const files = await Promise.all([...fetched].map(name => readFile(join(DIST, name))))
  const kib = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0) / 1024
  measure(`first screen, gzipped, ${fetched.size} files`, kib, FIRST_SCREEN_KIB, 'KiB')
}

interface Load {
  useful: number
  painted: number
  largest: number
  shift: number
  blocked: number
}

async function coldLoad(browser: OpenBrowser, url: string): Promise<Load> {
  const context = await browser.context()
  const page = await context.newPage()
  await page.addInitScript(watchLoad)
  await page.goto(url)
  await live(page)
  await page.waitForTimeout(1_000)
  const load = await page.evaluate(() => (globalThis as unknown as { load: Load }).load)
  await context.close()
  return load
}

/** Runs inside the page, before anything else. */
function watchLoad(): void {
  const load = { useful: 0, painted: 0, largest: 0, shift: 0, blocked: 0 }
  Object.assign(globalThis, { load })
  const look = () => {
    if (document.querySelector('.figures strong')) load.useful = performance.now()
    else requestAnimationFrame(look)
  }
  look()
  const on = (type: string, take: (entry: PerformanceEntry & { value?: number }) => void) =>
    new PerformanceObserver(list => list.getEntries().forEach(take)).observe({ type, buffered: true })
  on('paint', entry => {
    if (entry.name === 'first-contentful-paint') load.painted = entry.startTime
  })
  on('largest-contentful-paint', entry => {
    load.largest = entry.startTime
  })
  on('layout-shift', entry => {
    load.shift += entry.value ?? 0
  })
  on('longtask', entry => {
    load.blocked += entry.duration - 50
  })
}

async function live(page: Page): Promise<void> {
  await within(20_000, 'live', async () => (await textOf(page.locator('.link'))) === 'Live')
}

const simulator = await startQuietSimulator()
const product = await startProduct({
  OPENAI_BASE_URL: simulator.baseUrl,
  OPENAI_ADMIN_KEY: 'sk-admin-simulated',
  AUTH_MODE: 'open',
  POLL_COOLDOWN_SECONDS: '0',
})
const browser = await openBrowser()
try {
  await weigh()
  simulator.add(...Array.from({ length: MODELS }, (_, i) => ({ model: `gpt-4o-${i}`, input: 100 + i, output: 10 })))
  await product.poll()
  await coldLoad(browser, product.url)
  await firstScreen(browser, product.url)
  const loads: Load[] = []
  for (let i = 0; i < LOADS; i++) loads.push(await coldLoad(browser, product.url))
  // The quickest: what a busy machine adds says nothing about the page.
  const quickest = (pick: (load: Load) => number) => Math.min(...loads.map(pick))
  measure(
    'first useful content after a cold load',
    quickest(load => load.useful),
    500,
    'ms',
  )
  measure(
    'first contentful paint',
    quickest(load => load.painted),
    500,
    'ms',
  )
  measure(
    'largest contentful paint',
    quickest(load => load.largest),
    1_000,
    'ms',
  )
  measure(
    'blocked main thread while loading',
    quickest(load => load.blocked),
    200,
    'ms',
  )
  measure(
    'layout shift',
    quickest(load => load.shift),
    0.1,
    '',
  )

  const page = await (await browser.context()).newPage()
  await page.goto(product.url)
  await live(page)
  await page.waitForTimeout(500)
  const show = async (view: string, first: string) => {
    await page.goto(`${product.url}/?view=${view}`)
    await live(page)
    await page.locator(first).first().waitFor()
    await page.waitForTimeout(500)
  }
  const push = async (models: number) => {
    simulator.add(...Array.from({ length: models }, (_, i) => ({ model: `gpt-4o-${i}`, input: 5, output: 1 })))
    // Not a single request: it may only join a poll that began before these were used, and nothing would move.
    await product.poll()
  }
  const today = await drawingTime(page, '.figures', () => push(MODELS), UPDATES)
  measure(`main thread for a live update of Today that moves ${MODELS} models`, today, 16, 'ms')
  await show('who', '.models tbody tr')
  const update = await drawingTime(page, '.models tfoot', () => push(MODELS), UPDATES)
  measure(`main thread for a live update that moves ${MODELS} models shown`, update, 16, 'ms')
  await push(MANY_MODELS)
  await page.getByRole('button', { name: /Show all/ }).click()
  await within(5_000, 'all rows', async () => (await page.locator('.models tbody tr').count()) >= MANY_MODELS)
  const many = await drawingTime(page, '.models tfoot', () => push(1), UPDATES)
  measure(`the same with ${MANY_MODELS} shown, of which one moves`, many, 100, 'ms')
} finally {
  await browser.close()
  await product.end()
  await simulator.close()
}
process.exitCode = broken === 0 ? 0 : 1
