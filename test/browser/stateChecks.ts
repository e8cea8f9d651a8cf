// States that the product reaches only by accident or at midnight, on a stand-in server.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { axeFindsNothing } from './axe.ts'
import type { OpenBrowser } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import { type MockServer, startMock } from './mockServer.ts'
import { mockWorld } from './mockWorld.ts'
import { readTier, textOf } from './readPage.ts'

const dayOf = (at: number) => String(new Date(at * 1000).getUTCDate())
const seconds = () => Math.floor(Date.now() / 1000)

export async function stateChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  const { check } = checks
  const on = async (
    run: (page: Page, mock: MockServer) => Promise<void>,
    prepare: (mock: MockServer) => void = () => {},
    options: BrowserContextOptions = {},
  ) => {
    const mock = await startMock(mockWorld({ now: seconds() }))
    prepare(mock)
    const context = await browser.context(options)
    try {
      const page = await context.newPage()
      await page.goto(mock.url)
      await run(page, mock)
    } finally {
      await context.close()
      await mock.close()
    }
  }
  const link = (page: Page) => textOf(page.locator('.link'))
  const live = (page: Page) => within(5_000, 'live', async () => (await link(page)) === 'Live')

  await check('shows zeros of the new day at midnight UTC, never the numbers of yesterday', async () => {
    const midnight = Math.ceil(seconds() / 86_400) * 86_400
    const mock = await startMock(mockWorld({ now: midnight - 5 }))
    const context = await browser.context()
    const page = await context.newPage()
    try {
      await page.clock.install({ time: (midnight - 5) * 1000 })
      await page.goto(mock.url)
      await live(page)
      equal((await readTier(page, 'premium')).used, '731,204', 'before midnight')
      mock.world = mockWorld({ now: midnight + 2, premium: 0, mini: 0, models: 0 })
      await within(8_000, 'zero', async () => (await readTier(page, 'premium')).used === '0')
      must(
        /resets in (1 d|23 h 59 m)/.test((await readTier(page, 'premium')).text),
        (await readTier(page, 'premium')).text,
      )
      equal(await page.locator('.models tbody tr').count(), 0, 'models of yesterday')
      must(
        (await textOf(page.locator('.top .date'))).includes(dayOf(midnight)),
        await textOf(page.locator('.top .date')),
      )
    } finally {
      await context.close()
      await mock.close()
    }
  })

  await check('shows stale data as stale: words, no forecast, a mark in the title', () =>
    on(
      async page => {
        await live(page)
        must((await textOf(page.locator('.facts'))).includes('Stale data'), 'no word')
        must(
          (await readTier(page, 'premium')).text.includes('No forecast while the data is stale'),
          'a forecast from stale data',
        )
        await within(2_000, 'a mark', async () => (await page.title()).startsWith('?'))
        await axeFindsNothing(page)
      },
      mock => {
        mock.world.usage.last_updated = seconds() - 4_000
        mock.world.usage.stale = true
      },
    ),
  )

  await check('says past 100 % in words and draws it', () =>
    on(
      async page => {
        await live(page)
        const { big, text } = await readTier(page, 'premium')
        equal(big, '112 %', 'share')
        must(text.includes('120,400 over') && text.includes('Limit reached'), text)
        const [over, limit] = await page.evaluate(() =>
          ['over', 'limit'].map(name => document.querySelector(`.track .${name}`)?.getBoundingClientRect().right ?? 0),
        )
        must((over ?? 0) > (limit ?? 0), `the bar ends at ${over}, the limit is at ${limit}`)
        equal(
          await page.getByRole('meter').first().getAttribute('aria-valuetext'),
          '1,120,400 of 1,000,000 tokens, 112\u00a0%',
          'read out',
        )
        must((await page.title()).startsWith('⛔ 112\u00a0% premium'), await page.title())
        await axeFindsNothing(page)
      },
      mock => {
        mock.world = mockWorld({ now: seconds(), premium: 1_120_400 })
      },
    ),
  )

  await check('lists what a first run still needs', () =>
    on(
      async page => {
        await page.getByRole('heading', { name: 'Setting up' }).waitFor()
        must(
          (await textOf(page.locator('.first-run'))).includes('npx wrangler secret put OPENAI_ADMIN_KEY'),
          'no instruction',
        )
        await axeFindsNothing(page)
      },
      mock => {
        mock.world = mockWorld({ now: seconds(), premium: 0, mini: 0, models: 0 })
        mock.world.usage.last_updated = null
        mock.world.points = []
        Object.assign(mock.world.status, { state: 'unconfigured', last_success: null, last_attempt: null })
      },
    ),
  )

  await check('goes to the door when its session ends, and takes the numbers with it', () =>
    on(async (page, mock) => {
      await live(page)
      mock.session = { auth_mode: 'token', authenticated: false, expires_at: null }
      mock.closeAll(4401)
      await page.getByRole('heading', { name: 'Sign in' }).waitFor()
      must(!(await page.content()).includes('731,204'), 'numbers are left in the page')
    }),
  )

  await check('says when its address may not go live, and does not hammer the server', () =>
    on(async (page, mock) => {
      await live(page)
      mock.closeAll(4403)
      await within(2_000, 'a word', async () => (await link(page)).includes('not allowed'))
    }),
  )

  await check('reconnects at once after a restart that says goodbye', () =>
    on(async (page, mock) => {
      await live(page)
      mock.closeAll(1012)
      await within(1_500, 'a countdown', async () => (await link(page)).startsWith('Reconnecting'))
      await live(page)
    }),
  )

  await check('keeps asking plainly while the socket is blocked', () =>
    on(
      async (page, mock) => {
        await within(3_000, 'numbers', async () => (await page.locator('.figures').count()) === 2)
        mock.world = mockWorld({ now: seconds(), premium: 800_000 })
        await within(15_000, 'new numbers', async () => (await readTier(page, 'premium')).used === '800,000')
        must((await link(page)).includes('Reconnecting'), await link(page))
      },
      mock => {
        mock.sockets = false
      },
    ),
  )

  await check('asks the socket after a sleep, and replaces one that is dead', () =>
    on(async (page, mock) => {
      await live(page)
      await page.clock.install()
      mock.deaf = true
      await page.clock.fastForward(8 * 3_600_000)
      await within(20_000, 'a new socket', async () => {
        await page.clock.runFor(2_000)
        return mock.accepted > 1
      })
    }),
  )

  await check('pauses and resumes', () =>
    on(async (page, mock) => {
      await live(page)
      await page.locator('dialog.help').waitFor({ state: 'attached' })
      await page.keyboard.press('p')
      await within(1_000, 'paused', async () => (await link(page)) === 'Paused')
      mock.world = mockWorld({ now: seconds(), premium: 800_000 })
      await page.keyboard.press('p')
      await within(3_000, 'new numbers', async () => (await readTier(page, 'premium')).used === '800,000')
    }),
  )

  await check('keeps its place while loading', () =>
    on(async page => {
      await live(page)
      await page.waitForTimeout(600)
      const after = await page.evaluate(() => document.querySelector('.models')?.getBoundingClientRect().top ?? 0)
      await page.route('**/api/**', () => new Promise(() => {}))
      await page.reload()
      await page.waitForTimeout(500)
      const before = await page.evaluate(() => document.querySelector('.models')?.getBoundingClientRect().top ?? 0)
      must(Math.abs(before - after) <= 40, `the table moves from ${before} to ${after}`)
    }),
  )

  await check('works in forced colours and with more contrast', () =>
    on(
      async page => {
        await live(page)
        await page.waitForTimeout(300)
        await axeFindsNothing(page)
        equal(await page.locator('.plot canvas').count(), 2, 'curves')
      },
      () => {},
      { forcedColors: 'active', contrast: 'more' },
    ),
  )

  await check('moves nothing when motion is unwanted', () =>
    on(
      async page => {
        await live(page)
        const moving = await page.evaluate(
          () =>
            [...document.querySelectorAll('*')].filter(
              each =>
                getComputedStyle(each).transitionDuration !== '0s' || getComputedStyle(each).animationName !== 'none',
            ).length,
        )
        equal(moving, 0, 'moving elements')
      },
      () => {},
      { reducedMotion: 'reduce' },
    ),
  )
}
