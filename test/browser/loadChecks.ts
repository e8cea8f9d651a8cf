// Much, and hostile: a thousand models, and names that want to be more than text.
import { HOSTILE_NAMES } from '../../simulator/faults/hostile-names.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import type { Product } from './product.ts'
import { overflow, textOf } from './readPage.ts'

interface Stage {
  checks: Checks
  browser: OpenBrowser
  product: Product
  simulator: Simulator
}

export async function loadChecks({ checks, browser, product, simulator }: Stage): Promise<void> {
  const { check } = checks
  const context = await browser.context()
  const printed = watchConsole(context)
  const page = await context.newPage()
  let dialogs = 0
  page.on('dialog', dialog => {
    dialogs++
    void dialog.dismiss()
  })
  const live = () => within(10_000, 'live', async () => (await textOf(page.locator('.link'))) === 'Live')

  await check('shows hostile names as text', async () => {
    simulator.add(...HOSTILE_NAMES.map(model => ({ model, project: model, input: 1_000, output: 100 })))
    await product.poll()
    await page.goto(`${product.url}/?view=who`)
    await live()
    const shown = () => textOf(page.locator('.models'))
    await within(5_000, 'markup as text', async () => (await shown()).includes('<script>alert("model")</script>'))
    const text = await shown()
    equal(
      [dialogs, await page.locator('.models script, .models img, .models h1').count()],
      [0, 0],
      'dialogs and elements',
    )
    must(!/[\u202a-\u202e\u2066-\u2069\u200b\ufeff]/.test(text), 'invisible characters reached the page')
    equal(printed, [], 'console')
  })

  for (const [width, height] of [
    [390, 844],
    [1280, 720],
  ] as const) {
    await check(`hostile names do not break the layout at ${width} pixels`, async () => {
      await page.setViewportSize({ width, height })
      await page.waitForTimeout(200)
      equal(await overflow(page), 0, 'overflow')
      const tallest = await page.evaluate(() =>
        Math.max(...[...document.querySelectorAll('.models tbody tr')].map(row => row.getBoundingClientRect().height)),
      )
      must(tallest < 160, `a row is ${tallest} px high`)
      await axeFindsNothing(page)
    })
  }

  await check('shows the first hundred of a thousand models, and all on request, live', async () => {
    simulator.add(
      ...Array.from({ length: 1_000 }, (_, i) => ({
        model: `gpt-4o-${String(i).padStart(4, '0')}`,
        input: 10 + i,
        output: 1,
      })),
    )
    await product.poll()
    await within(5_000, 'the offer to show all', async () =>
      /Show all 1,0\d\d/.test(await textOf(page.locator('.models'))),
    )
    const rows = () => page.locator('.models tbody tr').count()
    await within(3_000, 'a hundred rows', async () => (await rows()) >= 100)
    await page.waitForTimeout(300)
    equal(await rows(), 100, 'rows')
    await page.getByRole('button', { name: /Show all/ }).click()
    await within(3_000, 'all rows', async () => (await rows()) > 1_000)
    const row = page.locator('.models tbody tr', { hasText: 'gpt-4o-0001' })
    simulator.add({ model: 'gpt-4o-0001', input: 5_000, output: 5 })
    await product.poll()
    await within(5_000, 'its new total', async () => (await textOf(row)).includes('5,017'))
  })

  await check('finds one model among a thousand', async () => {
    await page.locator('input[type=search]').fill('gpt-4o-0777')
    await within(1_000, 'one row', async () => (await page.locator('.models tbody tr').count()) === 1)
  })
  await context.close()
}
