// The brake as a person sees it, from set to release, on the product and an OpenAI whose policies it really changes.
import { startQuietSimulator } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, within } from './checks.ts'
import { startProduct } from './product.ts'
import { textOf } from './readPage.ts'

const PROJECT = 'proj_sim'

export async function brakeChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  const { check } = checks
  const simulator = await startQuietSimulator()
  const product = await startProduct({
    OPENAI_BASE_URL: simulator.baseUrl,
    OPENAI_ADMIN_KEY: 'sk-admin-simulated',
    AUTH_MODE: 'open',
    POLL_COOLDOWN_SECONDS: '0',
    BRAKE: 'on',
  })
  const context = await browser.context()
  const printed = watchConsole(context)
  const page = await context.newPage()
  const note = page.locator('section[aria-label="Brake"]')
  const says = (words: RegExp) => within(10_000, `the brake says ${words}`, async () => words.test(await textOf(note)))
  try {
    await product.poll()
    await page.goto(product.url)
    await within(10_000, 'live', async () => /^Live$/.test(await textOf(page.locator('.link'))))

    await check('says on every view that the brake is set, for whom, and until when', async () => {
      equal(await note.count(), 0, 'notes before it is set')
      simulator.add({ model: 'gpt-4o', input: 985_000, output: 0, project: PROJECT })
      await product.post('/api/poll')
      await says(/The brake is set: premium models are denied in .* since .*, until /)
      for (const key of ['w', 'c', 'h', 'a', 's', 'd']) {
        await page.keyboard.press(key)
        await says(/The brake is set/)
      }
      equal(Object.keys(simulator.policies()), [PROJECT], 'projects with a policy')
      await axeFindsNothing(page)
    })

    await check('says it on the wall too, where nothing is pressed', async () => {
      await page.goto(`${product.url}/?kiosk`)
      await says(/The brake is set: premium models are denied in .* since .*, until /)
      equal(await note.getByRole('button').count(), 0, 'buttons')
      await axeFindsNothing(page)
      await page.goto(product.url)
      await says(/The brake is set/)
    })

    await check('releases it with one press, and OpenAI has what it had', async () => {
      await note.getByRole('button', { name: 'Release until the reset' }).click()
      await within(10_000, 'no policy', async () => !simulator.policies()[PROJECT]?.models.length)
      await within(10_000, 'no note', async () => (await note.count()) === 0)
      const answer = await fetch(`${product.url}/api/brake`)
      const brake = (await answer.json()) as { tiers: { premium: { state: string } } }
      equal(brake.tiers.premium.state, 'kept_off', 'the tier')
      equal(printed, [], 'the console')
    })
  } finally {
    await context.close()
    await product.end()
    await simulator.close()
  }
}
