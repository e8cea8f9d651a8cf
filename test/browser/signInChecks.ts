// A tracker with a token: the door, and what is left behind after leaving.
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import type { Product } from './product.ts'
import { textOf } from './readPage.ts'

interface Stage {
  checks: Checks
  browser: OpenBrowser
  product: Product
  vars: Record<string, string>
}

export const TOKEN = 'browser-test-token-0123456789abcdefghij'
const OTHER_TOKEN = 'another-token-0123456789abcdefghijklmnop'

export async function signInChecks({ checks, browser, product, vars }: Stage): Promise<void> {
  const { check } = checks
  const context = await browser.context()
  const printed = watchConsole(context)
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', request => asked.push(new URL(request.url()).pathname))
  await page.goto(product.url)
  const enter = async (token: string) => {
    await page.getByLabel('API token').fill(token)
    await page.keyboard.press('Enter')
  }

  await check('asks for the token before it asks for any data', async () => {
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    equal(
      asked.filter(path => path.startsWith('/api/')),
      ['/api/session'],
      'requests',
    )
    equal(await page.evaluate(() => document.activeElement?.id), 'token', 'focus')
    equal(printed, [], 'console')
    await axeFindsNothing(page)
  })

  await check('refuses a wrong token in words, and keeps the reader in the field', async () => {
    await enter('wrong-token-000000000000000000000000000')
    await page.getByRole('alert').waitFor()
    must(/wrong|not the token/.test(await textOf(page.getByRole('alert'))), await textOf(page.getByRole('alert')))
    equal(await page.evaluate(() => document.activeElement?.id), 'token', 'focus')
    await axeFindsNothing(page)
  })

  await check('lets the right token in, and keeps it nowhere', async () => {
    await within(40_000, 'the page opens', async () => {
      if ((await page.locator('article.tier .figures').count()) > 0) return true
      await enter(TOKEN)
      await page.waitForTimeout(800)
      return (await page.locator('article.tier .figures').count()) > 0
    })
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, document.documentElement.outerHTML]),
    )
    must(!stored.includes(TOKEN), 'the token is in the page or its storage')
    const [cookie, ...others] = await context.cookies()
    must(cookie && others.length === 0, 'not one cookie')
    equal([cookie.httpOnly, cookie.sameSite, cookie.path], [true, 'Strict', '/'], 'cookie')
    must(!cookie.value.includes(TOKEN), 'the cookie is the token')
  })

  await check('is live with the cookie alone, also after a reload', async () => {
    await page.reload()
    await within(10_000, 'live', async () => (await textOf(page.locator('.link'))) === 'Live')
  })

  await check('shows the numbers without a migrated history, and says what to run', async () => {
    await within(5_000, 'the note', async () => (await textOf(page.locator('.notes'))).includes('npm run db:migrate'))
    equal(await page.locator('.figures b').count(), 2, 'numbers')
    must((await textOf(page.locator('.days .empty'))).includes('db:migrate'), await textOf(page.locator('.days')))
  })

  await check('leaves nothing behind after signing out', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    equal(await page.locator('article').count(), 0, 'cards')
    equal((await context.cookies()).length, 0, 'cookies')
    must(!(await textOf(page.locator('.gate'))).includes('ended'), 'who leaves is not told that the session ended')
  })

  await check('asks again, in words, when the token was changed behind an open page', async () => {
    await enter(TOKEN)
    await within(
      10_000,
      'live',
      async () => (await page.locator('.link').count()) > 0 && (await textOf(page.locator('.link'))) === 'Live',
    )
    await product.kill()
    await product.start({ ...vars, API_TOKEN: OTHER_TOKEN })
    await within(40_000, 'the door', async () => (await page.locator('.gate').count()) > 0)
    must((await textOf(page.locator('.gate'))).includes('Your session has ended'), await textOf(page.locator('.gate')))
    equal(await page.locator('article').count(), 0, 'cards')
  })

  await check('is locked, and says how to unlock it, when no token is set', async () => {
    await product.kill()
    const { API_TOKEN: _, ...bare } = vars
    await product.start(bare)
    await page.goto(product.url)
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    must((await textOf(page.locator('.gate'))).includes('API_TOKEN'), await textOf(page.locator('.gate')))
    await axeFindsNothing(page)
  })
  await context.close()
}
