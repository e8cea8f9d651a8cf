// States of data and of the link that an ordinary day does not show: the product on a bad upstream and a bad network.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { now, startQuietSimulator } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import type { OpenBrowser } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import { type Line, startLine } from './line.ts'
import { startProduct } from './product.ts'
import { full, readTier, textOf } from './readPage.ts'

const EVERY_SECOND = '* * * * * *'

export async function stateChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  const { check } = checks
  const simulator = await startQuietSimulator()
  const product = await startProduct({
    OPENAI_BASE_URL: simulator.baseUrl,
    OPENAI_ADMIN_KEY: 'sk-admin-simulated',
    AUTH_MODE: 'open',
    POLL_CRON: EVERY_SECOND,
  })
  const on = async (run: (page: Page, line: Line) => Promise<void>, options: BrowserContextOptions = {}) => {
    const line = await startLine(product.url)
    const context = await browser.context(options)
    try {
      const page = await context.newPage()
      await page.goto(line.url)
      await run(page, line)
    } finally {
      await context.close()
      await line.close()
    }
  }
  const link = (page: Page) => textOf(page.locator('.link'))
  const live = (page: Page) => within(10_000, 'live', async () => (await link(page)) === 'Live')
  const use = (input: number) => simulator.add({ model: 'gpt-4o', input, output: 0 })
  const shows = (page: Page, ms: number, tokens: number) =>
    within(ms, `${tokens} tokens`, async () => (await readTier(page, 'premium')).used === full(tokens))
  const truth = () => simulator.totals().total.total_tokens

  try {
    use(120_400)
    await product.poll()

    await check('says when its address may not go live, and does not hammer the server', async () => {
      const behind = await startLine(product.url, false)
      const context = await browser.context()
      try {
        const page = await context.newPage()
        await page.goto(behind.url)
        await within(5_000, 'a word', async () => (await link(page)).includes('not allowed'))
        await page.waitForTimeout(3_000)
        equal(behind.opened, 1, 'sockets')
      } finally {
        await context.close()
        await behind.close()
      }
    })

    await check('reconnects at once after its socket was cut, and says when', () =>
      on(async (page, line) => {
        await live(page)
        line.cutSockets()
        await within(1_500, 'a countdown', async () => (await link(page)).startsWith('Reconnecting'))
        await live(page)
      }),
    )

    await check('keeps asking plainly while sockets are blocked', () =>
      on(async (page, line) => {
        await live(page)
        line.sockets = false
        line.cutSockets()
        use(1_000)
        await shows(page, 20_000, truth())
        must((await link(page)).includes('Reconnecting'), await link(page))
      }),
    )

    await check('asks the socket after a sleep, and replaces one that is dead', () =>
      on(async (page, line) => {
        await live(page)
        await page.clock.install({ time: now() })
        line.deaf = true
        await page.clock.fastForward(8 * 3_600_000)
        await within(20_000, 'a new socket', async () => {
          await page.clock.runFor(2_000)
          return line.opened > 1
        })
        line.deaf = false
        await page.clock.resume()
        await live(page)
      }),
    )

    await check('pauses and resumes', () =>
      on(async page => {
        await live(page)
        const before = await readTier(page, 'premium')
        await page.keyboard.press('p')
        await within(1_000, 'paused', async () => (await link(page)) === 'Paused')
        use(1_000)
        await product.poll()
        await page.waitForTimeout(500)
        equal((await readTier(page, 'premium')).used, before.used, 'while paused')
        await page.keyboard.press('p')
        await shows(page, 3_000, truth())
      }),
    )

    await check('keeps its place while loading', () =>
      on(async page => {
        await live(page)
        await page.locator('.plot canvas').nth(1).waitFor()
        const edges = () =>
          page.waitForFunction(() => {
            const box = document.querySelector('.tiers')?.getBoundingClientRect()
            return box && [box.top, box.bottom]
          })
        const [top = 0, bottom = 0] = (await (await edges()).jsonValue()) ?? []
        await answerOnlyWhoLooks(page)
        await page.reload()
        await page.locator('.banner', { hasText: 'Open to anyone' }).waitFor()
        const [keptTop = 0, keptBottom = 0] = (await (await edges()).jsonValue()) ?? []
        const moved = Math.max(Math.abs(keptTop - top), Math.abs(keptBottom - bottom))
        must(moved <= 40, `the tiers come at ${top} to ${bottom}, where ${keptTop} to ${keptBottom} was kept for them`)
      }),
    )

    await check('says that the door is open before it knows anything else', () =>
      on(async page => {
        await live(page)
        await answerOnlyWhoLooks(page)
        await page.reload()
        await page.locator('.banner', { hasText: 'Open to anyone' }).waitFor({ timeout: 5_000 })
        await page.locator('.tier.loading').first().waitFor({ timeout: 5_000 })
      }),
    )

    await check('draws a curve on a phone when it comes into view', () =>
      on(
        async page => {
          await live(page)
          await page.locator('.plot').nth(1).waitFor()
          await page.waitForTimeout(300)
          const curves = page.locator('.plot canvas')
          const place = (await page.locator('.plot').nth(1).boundingBox())?.y ?? 0
          must(place > 844, `the second curve is on the first screen, at ${place}`)
          must((await curves.count()) < 2, 'both curves are drawn unseen')
          await page.locator('.plot').nth(1).scrollIntoViewIfNeeded()
          await within(3_000, 'both curves', async () => (await curves.count()) === 2)
        },
        { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      ),
    )

    await check('draws all curves for paper, also those that nobody has seen', () =>
      on(
        async page => {
          await live(page)
          await page.locator('.plot').nth(1).waitFor()
          await page.pdf()
          await within(3_000, 'both curves', async () => (await page.locator('.plot canvas').count()) === 2)
        },
        { viewport: { width: 390, height: 844 } },
      ),
    )

    await check('shows the chosen theme before anything is drawn', () =>
      on(async page => {
        await page.addInitScript(() => {
          new MutationObserver((_, watch) => {
            watch.disconnect()
            sessionStorage.setItem('drawn', String(document.querySelector('.board') !== null))
          }).observe(document, { subtree: true, attributeFilter: ['data-theme'] })
        })
        await page.goto(`${page.url()}?theme=dark`)
        await live(page)
        equal(await page.evaluate(() => sessionStorage.getItem('drawn')), 'false', 'drawn before the theme')
      }),
    )

    await check('works in forced colours and with more contrast', () =>
      on(
        async page => {
          await live(page)
          await within(3_000, 'curves', async () => (await page.locator('.plot canvas').count()) === 2)
          await axeFindsNothing(page)
        },
        { forcedColors: 'active', contrast: 'more' },
      ),
    )

    await check('moves nothing when motion is unwanted', () =>
      on(
        async page => {
          await live(page)
          await page.locator('.figures strong').first().waitFor()
          const moving = await page.evaluate(
            () =>
              [...document.querySelectorAll('*')].filter(
                each =>
                  getComputedStyle(each).transitionDuration !== '0s' || getComputedStyle(each).animationName !== 'none',
              ).length,
          )
          equal(moving, 0, 'moving elements')
        },
        { reducedMotion: 'reduce' },
      ),
    )

    await check('shows stale data as stale: words, what failed, no forecast, a mark in the title', () =>
      on(async page => {
        await live(page)
        simulator.fault('503', { count: 1_000 })
        try {
          await within(60_000, 'the word', async () => (await textOf(page.locator('.facts'))).includes('Stale data'))
          await within(2_000, 'no forecast', async () =>
            (await readTier(page, 'premium')).text.includes('No forecast while the data is stale'),
          )
          await within(2_000, 'a mark', async () => (await page.title()).startsWith('?'))
          const notes = await textOf(page.locator('.notes'))
          must(/OpenAI/.test(notes) && / since \d/.test(notes), notes)
          await axeFindsNothing(page)
        } finally {
          simulator.clearFaults()
        }
        await within(40_000, 'fresh data', async () => !(await textOf(page.locator('.facts'))).includes('Stale'))
      }),
    )

    await check('says past 100 % in words and draws it', () =>
      on(async page => {
        await live(page)
        use(1_120_400 - truth())
        await shows(page, 5_000, 1_120_400)
        const { big, text } = await readTier(page, 'premium')
        equal(big, '112 %', 'share')
        must(text.includes('120,400 over') && text.includes('Limit reached'), text)
        const edges = () =>
          page.evaluate(() =>
            ['over', 'limit'].map(
              name => document.querySelector(`.track .${name}`)?.getBoundingClientRect().right ?? 0,
            ),
          )
        await within(2_000, 'the bar past the limit line', async () => {
          const [over = 0, limit = 0] = await edges()
          return limit > 0 && over > limit
        })
        equal(
          await page.getByRole('meter').first().getAttribute('aria-valuetext'),
          '1,120,400 of 1,000,000 tokens, 112\u00a0%, 1,120,400 billed',
          'read out',
        )
        must((await page.title()).startsWith('⛔ 112\u00a0% premium'), await page.title())
        await axeFindsNothing(page)
      }),
    )
  } finally {
    await product.end()
    await simulator.close()
  }
}

/** From its next load on the page learns who looks, and nothing else. */
async function answerOnlyWhoLooks(page: Page): Promise<void> {
  await page.route('**/api/**', route =>
    route.request().url().endsWith('/api/session') ? route.continue() : new Promise(() => {}),
  )
  await page.routeWebSocket('**/api/live', () => {})
}
