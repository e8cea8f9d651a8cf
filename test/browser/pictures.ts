// node test/browser/pictures.ts: docs/images/*.png from the running product on simulated data.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import type { StatusView, UsageView } from '../../src/wire.ts'
import { startOrganisation } from './afternoon.ts'
import { openBrowser } from './browser.ts'
import { within } from './checks.ts'
import { startProduct } from './product.ts'
import { textOf, VIEWS } from './readPage.ts'

// All of them, wide and on a phone, light and dark, into FOLDER: node test/browser/pictures.ts --all FOLDER
const isAll = process.argv[2] === '--all'
const FOLDER = isAll ? (process.argv[3] ?? '.') : join(import.meta.dirname, '../../docs/images')
const wanted = isAll ? [] : process.argv.slice(2)

interface Picture {
  name: string
  path: string
  options: BrowserContextOptions
}

const SIZES = {
  wide: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
}
/** What docs/images keeps: each view wide in the light and on a phone in the dark. */
const KEPT = ['wide light', 'phone dark']

const VIEWS_TAKEN = VIEWS.flatMap(view =>
  (['wide', 'phone'] as const).flatMap(size =>
    (['light', 'dark'] as const)
      .filter(theme => isAll || KEPT.includes(`${size} ${theme}`))
      .map((theme): Picture => {
        const name = isAll ? `${view}-${size}-${theme}` : size === 'wide' ? view : `${view}-phone`
        return { name, path: `/?view=${view}`, options: { ...SIZES[size], colorScheme: theme } }
      }),
  ),
)
const PICTURES: Picture[] = [
  ...VIEWS_TAKEN,
  { name: 'today-dark', path: '/', options: { ...SIZES.wide, colorScheme: 'dark' } },
  { name: 'wall-screen', path: '/?kiosk', options: { viewport: { width: 1600, height: 900 }, colorScheme: 'dark' } },
]

const simulator = await startOrganisation()
const product = await startProduct({
  OPENAI_BASE_URL: simulator.baseUrl,
  OPENAI_ADMIN_KEY: 'sk-admin-simulated',
  AUTH_MODE: 'open',
  ALERT_THRESHOLD: '50,80,100',
  POLL_COOLDOWN_SECONDS: '0',
  MONTHLY_BUDGET_USD: '30',
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
  const hasCurve = !/view=(?!today)/.test(path) && (options.viewport?.width ?? 0) > 760
  await page
    .locator(hasCurve ? '.plot canvas' : 'main .card')
    .first()
    .waitFor()
  await act()
  await within(10_000, 'all answers', async () => !/Loading…/.test(await textOf(page.locator('main'))))
  await page.waitForTimeout(700)
  // A phone is scrolled: its picture is of all that there is.
  const isWhole = options.viewport?.width === SIZES.phone.viewport.width && isAll
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: isWhole })
  console.log(`${name}.png`)
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
