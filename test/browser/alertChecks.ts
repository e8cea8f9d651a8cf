// Alerts on their way out: a receiver that takes them, one that is down for a while, one that is gone for good.
import { startReceiver } from '../e2e/harness/receiver.ts'
import { startQuietSimulator } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, within } from './checks.ts'
import { startProduct } from './product.ts'
import { textOf } from './readPage.ts'

export async function alertChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  const { check } = checks
  const simulator = await startQuietSimulator()
  const [good, flaky, gone] = [await startReceiver(), await startReceiver(503), await startReceiver(410)]
  const product = await startProduct({
    OPENAI_BASE_URL: simulator.baseUrl,
    OPENAI_ADMIN_KEY: 'sk-admin-simulated',
    AUTH_MODE: 'open',
    POLL_COOLDOWN_SECONDS: '0',
    ALERT_WEBHOOK_URL: [good, flaky, gone].map(({ url }) => url).join(','),
  })
  const context = await browser.context()
  const printed = watchConsole(context)
  const page = await context.newPage()
  const says = (place: string, ms: number, words: RegExp) =>
    within(ms, `${place} says ${words}`, async () => words.test(await textOf(page.locator(place))))
  try {
    await product.poll()
    await page.goto(`${product.url}/?view=alerts`)
    await says('.link', 10_000, /^Live$/)

    await check('shows of a new alert who has got it, who has not yet, and who refuses it', async () => {
      simulator.add({ model: 'gpt-4o', input: 850_000, output: 0 })
      await product.post('/api/poll')
      await says('.alerts', 1_000, /Premium passed 80 %/)
      await says('.alerts', 3_000, /Webhook: delivered/)
      await says('.alerts', 3_000, /Webhook: HTTP 503, next try in \d+ s/)
      await says('.alerts', 3_000, /Webhook: given up after 2 tries \(HTTP 410\)/)
      // Whoever refuses may have refused the form: the plain one goes before anything is given up.
      equal([good.received.length, gone.received.length], [1, 2], 'messages')
    })

    await check('says in the status line which webhook refuses, and what to do', async () => {
      await page.keyboard.press('d')
      await says('.notes', 3_000, /Webhook generic-\w+ refuses alerts \(HTTP 410\) Make a new webhook URL/)
      await says('.notes', 3_000, /Webhook generic-\w+ fails \(HTTP 503\); retrying by itself/)
      await axeFindsNothing(page)
    })

    await check('shows a late delivery when it is made', async () => {
      await page.keyboard.press('a')
      flaky.answer(200)
      await within(30_000, 'the repeat', async () => flaky.delivered().length === 1)
      await within(
        3_000,
        'two deliveries',
        async () => (await textOf(page.locator('.alerts'))).split('Webhook: delivered').length === 3,
      )
      await page.keyboard.press('s')
      await says('.pill', 3_000, /set aside/)
      await within(3_000, 'no retry', async () => !(await textOf(page.locator('.notes'))).includes('retrying'))
    })

    await check('sends a test to each receiver when asked, and shows what came back', async () => {
      await page.keyboard.press('s')
      const buttons = page.getByRole('button', { name: /^Send a test to generic-/ })
      await within(3_000, 'three buttons', async () => (await buttons.count()) === 3)
      const before = good.received.length
      for (const button of await buttons.all()) await button.click()
      await within(5_000, 'the answers', async () => {
        const words = await textOf(page.locator('section:has(#receivers)'))
        return words.split('Delivered (200)').length === 3 && /Refused \(410\)/.test(words)
      })
      equal(good.received.length, before + 1, 'tests at the good receiver')
      await axeFindsNothing(page)
    })

    await check('is as right after a reload', async () => {
      await page.reload()
      await says('.notes', 10_000, /refuses alerts \(HTTP 410\)/)
      await page.keyboard.press('a')
      await says('.alerts', 5_000, /given up after 2 tries/)
      equal(printed, [], 'console')
    })
  } finally {
    await context.close()
    await product.end()
    await Promise.all([good.close(), flaky.close(), gone.close(), simulator.close()])
  }
}
