// What is said of money and of projects' names: beside the tiers, late, and without moving anything.
import type { CostsView, UsageView } from '../../src/wire.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import type { Product } from './product.ts'
import { overflow, textOf } from './readPage.ts'

interface Stage {
  checks: Checks
  browser: OpenBrowser
  product: Product
}

export async function costChecks({ checks, browser, product }: Stage): Promise<void> {
  const { check } = checks
  const context = await browser.context()
  const printed = watchConsole(context)
  const page = await context.newPage()
  const read = async () => (await (await fetch(`${product.url}/api/costs?days=1`)).json()) as CostsView
  const said = () => textOf(page.locator('.costs'))
  const says = (words: string | RegExp) =>
    within(5_000, `costs say ${words}`, async () => {
      const text = await said()
      return typeof words === 'string' ? text === words : words.test(text)
    })
  const tiersAt = async () => (await page.locator('.tiers').boundingBox())?.y

  await check('says what today and its month cost', async () => {
    await within(60_000, 'the tracker has read costs', async () => (await read()).state === 'ok')
    const { rows, month } = await read()
    await page.goto(product.url)
    await says(/^Today /)
    const text = await said()
    for (const usd of [rows[0]?.usd ?? 0, month.usd]) must(text.includes(`$${usd.toFixed(2)}`), `${usd}: ${text}`)
    must(text.includes(' so far · '), text)
  })

  await check('shows dollars by day, project and line item, and marks provisional days', async () => {
    await page.goto(`${product.url}/?view=costs`)
    const part = (id: string) => textOf(page.locator(`[aria-labelledby=${id}]`))
    await within(5_000, 'the month', async () => /Month to date[\s\S]*Will end near/.test(await part('month')))
    await within(5_000, 'a project', async () => (await part('cost-projects')).includes('Customer data'))
    await within(5_000, 'a line item', async () => (await part('cost-items')).includes('gpt-4o'))
    must((await page.locator('.column.provisional').count()) > 0, 'no provisional day')
  })

  await check('shows projects by name, the id in the title', async () => {
    const { models } = (await (await fetch(`${product.url}/api/usage`)).json()) as UsageView
    const named = models.find(each => each.project_name !== undefined)
    must(named, 'no project has a name')
    await page.goto(`${product.url}/?view=who`)
    const name = page.locator('.models td[data-label=Project] bdi', { hasText: named.project_name ?? '' }).first()
    equal(await name.getAttribute('title'), `${named.project_name} (${named.project_id})`, 'title')
  })

  const unavailable = {
    ...(await read()),
    state: 'unavailable',
    as_of: null,
    message: `OpenAI refuses the key: it lacks the scope ${'x'.repeat(300)}. Create another.`,
  }
  for (const [width, height] of [
    [390, 844],
    [1280, 720],
  ] as const) {
    await check(`costs move no tier at ${width} pixels, whenever they come and whatever they say`, async () => {
      await page.setViewportSize({ width, height })
      let answer = () => {}
      const held = new Promise<void>(done => {
        answer = done
      })
      await page.route('**/api/costs*', async route => {
        await held
        await route.fulfill({ json: unavailable })
      })
      await page.goto(product.url)
      await page.locator('.tiers .figures').first().waitFor()
      equal(await said(), '', 'before they are known')
      const before = await tiersAt()
      answer()
      await says(/^No costs: OpenAI refuses the key/)
      equal([await tiersAt(), await overflow(page)], [before, 0], 'place of the tiers and overflow')
      await axeFindsNothing(page)
      await page.unroute('**/api/costs*')
    })
  }

  await check('prints nothing on the console about costs', async () => equal(printed, [], 'console'))
  await context.close()
}
