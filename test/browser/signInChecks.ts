// A tracker with a token: the door, and what is left behind after leaving.
import { issueSession, SESSION_SECONDS } from '../../src/api/auth/sessionToken.ts'
import { Secret } from '../../src/secret.ts'
import { now } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import type { Product } from './product.ts'
import { readTier, textOf } from './readPage.ts'

interface Stage {
  checks: Checks
  browser: OpenBrowser
  product: Product
  vars: Record<string, string>
}

export const TOKEN = 'browser-test-token-0123456789abcdefghij'
/** Chromium tells a page of a close only when the line is closed too, or after 2 s. */
const CLOSED_WITHIN_MS = 4_000
const OTHER_TOKEN = 'another-token-0123456789abcdefghijklmnop'

export async function signInChecks({ checks, browser, product, vars }: Stage): Promise<void> {
  const { check } = checks
  const context = await browser.context()
  const printed = watchConsole(context)
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', request => asked.push(new URL(request.url()).pathname))
  let usedBefore = ''
  await page.goto(product.url)
  const enter = async (token: string) => {
    await page.getByLabel('API token').fill(token)
    await page.keyboard.press('Enter')
  }

  await check('lets a link with the token in, and has it out of the address before anything is asked', async () => {
    const linked = await browser.context()
    try {
      const tab = await linked.newPage()
      const addresses: string[] = []
      tab.on('request', () => addresses.push(tab.url()))
      await tab.goto(`${product.url}/?view=status#token=${TOKEN}`)
      await within(10_000, 'signed in', async () => (await textOf(tab.locator('.link'))) === 'Live')
      equal(new URL(tab.url()).hash + new URL(tab.url()).search, '?view=status', 'address')
      must((await linked.cookies()).length === 1, 'a cookie')
    } finally {
      await linked.close()
    }
  })

  await check('shows the form to a link with a wrong token, and takes a right one in the same tab', async () => {
    const linked = await browser.context()
    try {
      const tab = await linked.newPage()
      await tab.goto(`${product.url}/#token=wrong-token-000000000000000000000000000`)
      await tab.getByRole('heading', { name: 'Sign in' }).waitFor()
      equal(new URL(tab.url()).hash, '', 'address')
      // The page is there already: only the fragment changes.
      await tab.goto(`${product.url}/#token=${TOKEN}`)
      await within(10_000, 'signed in', async () => (await textOf(tab.locator('.link'))) === 'Live')
      equal(new URL(tab.url()).hash, '', 'address')
    } finally {
      await linked.close()
    }
  })

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

  await check('shows the numbers and the days without a migrated history, and says what to run', async () => {
    await within(5_000, 'the note', async () => (await textOf(page.locator('.notes'))).includes('npm run db:migrate'))
    equal(await page.locator('.figures b').count(), 2, 'numbers')
    // The tracker keeps them until the tables are there.
    await page.keyboard.press('h')
    await within(5_000, 'the days', async () => (await page.locator('.column .free').count()) > 30)
    await page.keyboard.press('d')
    await page.locator('.figures b').first().waitFor()
  })

  const isLive = async () => (await textOf(page.locator('.link').or(page.locator('.gate')))) === 'Live'
  const door = async (ms: number) => {
    await within(ms, 'the door', async () => (await page.locator('.gate').count()) > 0)
    must((await textOf(page.locator('.gate'))).includes('Your session has ended'), await textOf(page.locator('.gate')))
    equal([await page.locator('article').count(), (await page.content()).includes(usedBefore)], [0, false], 'numbers')
  }

  await check(
    'goes to the door at once when its session is ended elsewhere, and takes the numbers with it',
    async () => {
      usedBefore = (await readTier(page, 'premium')).used
      const [cookie] = await context.cookies()
      const headers = { cookie: `${cookie?.name}=${cookie?.value}` }
      equal((await fetch(`${product.url}/api/session`, { method: 'DELETE', headers })).status, 200, 'DELETE')
      await door(CLOSED_WITHIN_MS)
      equal((await fetch(`${product.url}/api/usage`, { headers })).status, 401, 'the copy of its cookie')
    },
  )

  await check('goes to the door at the first push after its session has run out', async () => {
    const { value } = await issueSession(new Secret(TOKEN), Math.floor(now() / 1000) - SESSION_SECONDS + 8)
    await context.addCookies([{ name: 'usage_session', value, url: product.url, httpOnly: true, sameSite: 'Strict' }])
    await page.goto(product.url)
    await within(6_000, 'live', isLive)
    usedBefore = (await readTier(page, 'premium')).used
    await page.waitForTimeout(8_000)
    equal(await page.locator('.gate').count(), 0, 'doors before the push')
    const headers = { authorization: `Bearer ${TOKEN}` }
    equal((await fetch(`${product.url}/api/poll`, { method: 'POST', headers })).status, 200, 'POST')
    await door(CLOSED_WITHIN_MS)
  })

  await check('leaves nothing behind after signing out', async () => {
    await enter(TOKEN)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    equal(await page.locator('article').count(), 0, 'cards')
    equal((await context.cookies()).length, 0, 'cookies')
    must(!(await textOf(page.locator('.gate'))).includes('ended'), 'who leaves is not told that the session ended')
  })

  await check('asks again, in words, when the token was changed behind an open page', async () => {
    await enter(TOKEN)
    await within(10_000, 'live', isLive)
    usedBefore = (await readTier(page, 'premium')).used
    await product.kill()
    await product.start({ ...vars, API_TOKEN: OTHER_TOKEN })
    await door(40_000)
  })

  await check('is locked, and says how to unlock it, when no token is set', async () => {
    await product.kill()
    const { API_TOKEN: _, ...bare } = vars
    await product.start(bare)
    printed.length = 0
    await page.goto(product.url)
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    must((await textOf(page.locator('.gate'))).includes('API_TOKEN'), await textOf(page.locator('.gate')))
    equal(printed, [], 'console')
    await axeFindsNothing(page)
  })
  await context.close()
}
