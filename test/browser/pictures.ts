// node test/browser/pictures.ts: docs/images/*.png from the running product on simulated data.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import type { StatusView, UsageView } from '../../src/wire.ts'
import { startOrganisation } from './afternoon.ts'
import { openBrowser } from './browser.ts'
import { within } from './checks.ts'
import { startProduct } from './product.ts'
import { textOf } from './readPage.ts'

const FOLDER = join(import.meta.dirname, '../../docs/images')
const wanted = process.argv.slice(2)

interface Picture {
  name: string
  path: string
  options: BrowserContextOptions
}

const DESK = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 }
const PICTURES: Picture[] = [
  { name: 'overview-light', path: '/', options: { ...DESK, colorScheme: 'light' } },
  { name: 'overview-dark', path: '/', options: { ...DESK, colorScheme: 'dark' } },
  {
    name: 'phone',
    path: '/',
    options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: 'light' },
  },
  ...['who', 'costs', 'history', 'alerts', 'status'].map(
    (view): Picture => ({
      name: view,
      path: `/?view=${view}`,
      options: { ...DESK, colorScheme: 'light' },
    }),
  ),
  { name: 'wall-screen', path: '/?kiosk', options: { viewport: { width: 1600, height: 900 }, colorScheme: 'dark' } },
]

const simulator = await startOrganisation()
const product = await startProduct({
  OPENAI_BASE_URL: simulator.baseUrl,
  OPENAI_ADMIN_KEY: 'sk-admin-simulated',
  AUTH_MODE: 'open',
  ALERT_THRESHOLD: '50,80,100',
  POLL_COOLDOWN_SECONDS: '0',
})
const browser = await openBrowser()
await mkdir(FOLDER, { recursive: true })

function behind({ backfill, missed_ticks_pending, outbox }: StatusView): boolean {
  return backfill !== 'done' || missed_ticks_pending > 0 || outbox.pending > 0
}

async function status(): Promise<StatusView> {
  return (await (await fetch(`${product.url}/api/status`)).json()) as StatusView
}

async function take({ name, path, options }: Picture, act: () => Promise<void> = async () => {}): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(name)) return
  const context = await browser.context({ timezoneId: 'Europe/Berlin', ...options })
  const page = await context.newPage()
  await page.goto(`${product.url}${path}`)
  await within(10_000, 'the page is live', async () => (await textOf(page.locator('.link'))) === 'Live')
  // On a phone no curve is on the first screen, and none is drawn unseen.
  const hasCurve = !path.includes('view=') && (options.viewport?.width ?? 0) > 760
  await page
    .locator(hasCurve ? '.plot canvas' : 'main .card')
    .first()
    .waitFor()
  await act()
  await page.waitForTimeout(700)
  await page.screenshot({ path: join(FOLDER, `${name}.png`) })
  console.log(`docs/images/${name}.png`)
  await context.close()
}

try {
  await product.poll()
  await within(60_000, 'the past has been read', async () => behind(await status()) === false)
  for (const picture of PICTURES) await take(picture)
  const alert = {
    name: 'alert',
    path: '/?tier=premium',
    options: { viewport: { width: 1280, height: 1240 }, deviceScaleFactor: 1.25, colorScheme: 'light' as const },
  }
  await take(alert, async () => {
    const usage = (await (await fetch(`${product.url}/api/usage`)).json()) as UsageView
    simulator.add({ model: 'gpt-4o', input: Math.max(0, usage.premium.remaining) + 84_000, output: 9_000 })
    await product.poll()
  })
} finally {
  await browser.close()
  await product.end()
  await simulator.close()
}
