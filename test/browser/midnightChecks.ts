// The product and its upstream over a midnight UTC: their clocks are ahead, the browser's is left alone.
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { OpenBrowser } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import { startProduct } from './product.ts'
import { readTier, textOf } from './readPage.ts'

const DAY_MS = 86_400_000
/** Enough to start the product and to look at the old day, on a busy machine too. */
const BEFORE_MIDNIGHT_MS = 90_000

export async function midnightChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  await checks.check('shows zeros of the new day at midnight UTC, never the numbers of yesterday', async () => {
    const midnight = Math.ceil(Date.now() / DAY_MS) * DAY_MS
    const ahead = midnight - BEFORE_MIDNIGHT_MS - Date.now()
    const simulator = await startSimulator({ empty: true, now: () => Date.now() + ahead })
    const product = await startProduct(
      {
        OPENAI_BASE_URL: simulator.baseUrl,
        OPENAI_ADMIN_KEY: 'sk-admin-simulated',
        AUTH_MODE: 'open',
        POLL_COOLDOWN_SECONDS: '0',
      },
      { clockAheadMs: ahead },
    )
    const context = await browser.context({ clockAheadMs: 0 })
    try {
      const page = await context.newPage()
      simulator.add({ model: 'gpt-4o', input: 731_204, output: 0 })
      await product.poll()
      must(Date.now() + ahead < midnight, 'the product was not up before midnight')
      await page.goto(product.url)
      const premium = () => readTier(page, 'premium')
      await within(10_000, 'the old day', async () => (await premium()).used === '731,204')
      // Only the status tells how far the server's clock is from this one.
      await within(2_000, 'the reset', async () => /resets in \d+ [sm] /.test((await premium()).text))
      const left = midnight - ahead - Date.now()
      await within(left + 3_000, 'zero', async () => (await premium()).used === '0')
      const late = Date.now() + ahead - midnight
      console.log(`      zeros ${late} ms after midnight`)
      must(late > -1_000, 'zeros before midnight')
      must(/resets in (1 d|23 h 59 m)/.test((await premium()).text), (await premium()).text)
      await page.keyboard.press('w')
      await page.locator('.models .empty').waitFor()
      equal(await page.locator('.models tbody tr').count(), 0, 'models of yesterday')
      await page.keyboard.press('d')
      await page.locator('article.tier').first().waitFor()
      const date = await textOf(page.locator('.top .date'))
      must(date.includes(String(new Date(midnight).getUTCDate())), date)
      simulator.add({ model: 'gpt-4o', input: 55, output: 0 })
      await product.poll()
      await within(3_000, 'the use of the new day alone', async () => (await premium()).used === '55')
    } finally {
      await context.close()
      await product.end()
      await simulator.close()
    }
  })
}
