// The first hour of an installation: nothing set, then set wrongly, then right, on a history that nobody has migrated.
import { startQuietSimulator } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import type { OpenBrowser } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import { startProduct } from './product.ts'
import { readTier, textOf } from './readPage.ts'

const KEY = 'sk-admin-first-run'
/** The page's longest pause before it tries a restarted server again is 30 s. */
const BACK_WITHIN_MS = 40_000

export async function firstRunChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  const { check } = checks
  const simulator = await startQuietSimulator({ adminKey: KEY })
  simulator.add({ model: 'gpt-4o', input: 4_321, output: 0 })
  const vars = { OPENAI_BASE_URL: simulator.baseUrl, AUTH_MODE: 'open' }
  const product = await startProduct(vars, { migrated: false })
  const context = await browser.context()
  const page = await context.newPage()
  const notes = () => textOf(page.locator('.notes'))
  const says = (words: RegExp) => within(BACK_WITHIN_MS, `${words}`, async () => words.test(await notes()))
  const restart = async (next: Record<string, string>) => {
    await product.kill()
    await product.start({ ...vars, ...next })
    await product.post('/api/poll')
  }
  try {
    await page.goto(product.url)

    await check('lists what a first run still needs, and that there is no data yet', async () => {
      await page.getByRole('heading', { name: 'Setting up' }).waitFor()
      const steps = await textOf(page.locator('.first-run'))
      must(steps.includes('npx wrangler secret put OPENAI_ADMIN_KEY'), steps)
      await says(/OPENAI_ADMIN_KEY is required/)
      must((await textOf(page.locator('.facts'))).includes('No data yet'), await textOf(page.locator('.facts')))
      await axeFindsNothing(page)
    })

    await check('says in words which setting is bad and that the key is refused, and what to do', async () => {
      await restart({ OPENAI_ADMIN_KEY: 'sk-admin-wrong', PREMIUM_TIER_LIMIT: 'zero' })
      await says(/PREMIUM_TIER_LIMIT.*Correct it/)
      await says(/OpenAI.*(refuse|key)/i)
      equal(await page.getByRole('heading', { name: 'Setting up' }).count(), 1, 'steps')
      await axeFindsNothing(page)
    })

    await check('shows the first numbers by itself once the key is right, and what history still needs', async () => {
      await restart({ OPENAI_ADMIN_KEY: KEY })
      await within(BACK_WITHIN_MS, 'numbers', async () => (await readTier(page, 'premium')).used === '4,321')
      await within(
        3_000,
        'no steps',
        async () => (await page.getByRole('heading', { name: 'Setting up' }).count()) === 0,
      )
      await says(/history database has no tables yet.*npm run db:migrate/)
      must(!(await notes()).includes('PREMIUM_TIER_LIMIT'), await notes())
    })
  } finally {
    await context.close()
    await product.end()
    await simulator.close()
  }
}
