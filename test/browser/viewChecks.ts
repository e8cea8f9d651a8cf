// What the views answer, to three people who ask, and the faults that were seen once, each so that it is noticed if it comes again.

import type { UsageView } from '../../src/wire.ts'
import { ALERT_KINDS } from '../../src/wire.ts'
import { now, startQuietSimulator } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import { startProduct } from './product.ts'
import { full, overflow, readTier, textOf, tooWide, VIEWS } from './readPage.ts'

/** How OpenAI books what the free pool pays. */
const FREE = 'incentivized-tier'
/** Of the simulated organisation: its traffic is billed. */
const NOT_SHARED = 'proj_V6kLdAs0FoYi8CmTw3QnGxHr'
const DAY_S = 86_400
/** A4 less its margins, in pixels of paper. */
const PAPER = { width: 718, height: 1046 }
/** What whoever takes the page to a meeting must find on it. */
const ON_PAPER = {
  today: [/Free/, /Billed/, /left/, /Requests/],
  who: [/Free \/ billed/, /Total/, /Share of tier/],
  costs: [/Month to date/, /Will end near/, /By project/, /By line item/],
  history: [/Last 30 days/, /Hours of four weeks/],
  alerts: [/Threshold/, /how to turn them off/],
  status: [/Polls of the last day/, /Receivers/, /What running costs/],
}
const BACK_WITHIN_MS = 45_000

export async function viewChecks({ checks, browser }: { checks: Checks; browser: OpenBrowser }): Promise<void> {
  const { check } = checks
  const simulator = await startQuietSimulator()
  const nowS = () => Math.floor(now() / 1000)
  // A month of even days, and one burst forty times as high.
  for (let back = 29; back > 0; back--)
    simulator.add({
      serviceTier: FREE,
      model: 'gpt-4o',
      input: back === 9 ? 8_000_000 : 200_000,
      output: 0,
      time: nowS() - back * DAY_S,
    })
  simulator.add(
    { model: 'gpt-4o-2024-08-06', input: 100_000, output: 0, project: NOT_SHARED, time: nowS() - 3 * DAY_S },
    { serviceTier: FREE, model: 'gpt-4o', input: 300_000, output: 0 },
    { model: 'gpt-4o', input: 942_705, output: 0, project: NOT_SHARED },
    { serviceTier: FREE, model: 'gpt-4o-mini', input: 6_000_000, output: 0 },
  )
  const product = await startProduct({
    OPENAI_BASE_URL: simulator.baseUrl,
    OPENAI_ADMIN_KEY: 'sk-admin-simulated',
    AUTH_MODE: 'open',
    LIMIT_COUNTS: 'free',
    POLL_COOLDOWN_SECONDS: '0',
    MONTHLY_BUDGET_USD: '300',
  })
  const context = await browser.context({ permissions: ['notifications'] })
  const page = await context.newPage()
  const printed = watchConsole(context)
  const live = () => within(10_000, 'live', async () => (await textOf(page.locator('.link'))) === 'Live')
  const open = async (query: string) => {
    await page.goto(`${product.url}/${query}`)
    await live()
    await page.locator('main .card').first().waitFor()
  }
  const says = (place: string, words: RegExp, ms = 5_000) =>
    within(ms, `${place} says ${words}`, async () => words.test(await textOf(page.locator(place))))
  const usage = async () => (await (await fetch(`${product.url}/api/usage`)).json()) as UsageView

  try {
    await product.poll()
    await within(60_000, 'the month and the names are read', async () => {
      // Names are read beside a poll; one that found no time for them leaves them to the next.
      await product.post('/api/poll')
      await page.waitForTimeout(1_000)
      const read = async (path: string) => (await fetch(`${product.url}/api/${path}`)).text()
      return (
        (await read('status')).includes('"backfill":"done"') &&
        (await read('breakdown?by=project')).includes('Customer data')
      )
    })

    await check('tells in one line, in the title too, whether the free tokens last and what is billed', async () => {
      await open('')
      const { premium } = await usage()
      equal([premium.counted_tokens, premium.billed_tokens], [300_000, 942_705], 'the API')
      await says('.verdict', /^(Free tokens|Too early).*: premium (700K left|runs out about).*, mini/)
      must((await textOf(page.locator('.verdict'))).endsWith('% billed'), await textOf(page.locator('.verdict')))
      must((await page.title()).includes('% billed'), await page.title())
    })

    await check(
      'counts free tokens where those count, and says so in the figures, the bar and what is left',
      async () => {
        const { big, text } = await readTier(page, 'premium')
        equal(big, '30 %', 'share')
        for (const words of [
          '300,000 of 1,000,000 free tokens',
          '700,000 free tokens left',
          '942,705 billed tokens do not count',
        ])
          must(text.includes(words), `no "${words}" in ${text}`)
        must(!text.includes('over'), text)
        const said = await page.getByRole('meter').first().getAttribute('aria-valuetext')
        equal(said, '300,000 of 1,000,000 free tokens, 30\u00a0%, 942,705 billed', 'the bar')
      },
    )

    await check('shows no plain tick over what is billed', async () => {
      const card = page.locator('article[aria-labelledby=tier-premium]')
      equal(await card.locator('.icon-ok').count(), 0, 'ticks')
      must((await textOf(card.locator('.badge'))).includes('943K billed'), await textOf(card.locator('.badge')))
    })

    await check('names the limit and the alert marks on the bar, and the zone of the hours', async () => {
      const card = page.locator('article[aria-labelledby=tier-premium]')
      const names = await textOf(card.locator('.marks'))
      for (const name of ['limit 1M', '80 %', 'even pace']) must(names.includes(name), `no ${name}: ${names}`)
      await says('article[aria-labelledby=tier-premium] .against', /ours in (UTC|your time)/)
    })

    for (const [width, height] of [
      [1280, 720],
      [390, 844],
    ] as const) {
      await check(`answers each of three people within two actions, ${width} pixels wide`, async () => {
        await page.setViewportSize({ width, height })
        // Does the free part last?
        await open('')
        await says('.verdict', /% billed/)
        const place = await page.locator('.figures strong').first().boundingBox()
        must(place && place.y < 300, `the first number stands at ${place?.y}`)
        // Who used what, this week against last?
        await page.getByRole('link', { name: 'This week against last' }).click()
        await says('.who', /Customer data/)
        await says('.who', /Change/)
        await within(5_000, 'the week before', async () => !(await textOf(page.locator('.who'))).includes('…'))
        // What is broken?
        await open('')
        await page.locator('.pill').click()
        await says('main', /Reads[\s\S]*Receivers[\s\S]*Settings/)
        await page.setViewportSize({ width: 1280, height: 720 })
      })
    }

    await page.setViewportSize({ width: 1280, height: 720 })
    await check('leads to each view by its key, its link and its address', async () => {
      await open('')
      const links = await page.locator('.views a').allInnerTexts()
      equal(links, ['Today', 'Who', 'Costs', 'History', 'Alerts', 'Status'], 'links')
      for (const [key, path] of [...'dwchas'].map((key, at) => [key, VIEWS[at]] as const)) {
        await page.keyboard.press(key)
        await within(3_000, path ?? '', async () => {
          const here = new URL(page.url()).searchParams.get('view') ?? 'today'
          return here === path && (await page.locator('.views a[aria-current=page]').count()) === 1
        })
      }
      await page.goBack()
      must(page.url().includes('view=alerts'), page.url())
    })

    await check('groups a model with its projects, and its total stays in sight', async () => {
      await open('?view=who')
      const group = page.locator('.models tr.group', { hasText: 'gpt-4o' }).first()
      must((await textOf(group)).includes(full(1_242_705)), await textOf(group))
      const [region, total] = await Promise.all([
        page.locator('.models .scroll').boundingBox(),
        page.locator('.models tfoot').boundingBox(),
      ])
      must(region && total && total.y + total.height <= region.y + region.height + 1, 'the total is out of sight')
      await says('.models tfoot', new RegExp(full(7_242_705)))
    })

    await check('filters by chips that stand in the address', async () => {
      await page.getByRole('link', { name: 'billed', exact: true }).click()
      await within(2_000, 'one row', async () => (await page.locator('.models tbody tr').count()) === 1)
      must(page.url().includes('only=billed'), page.url())
      await page.locator('.models td[data-label=Project] button').first().click()
      await within(2_000, 'the project', async () => page.url().includes(`project=${NOT_SHARED}`))
      await page.getByRole('link', { name: /Customer data.*✕/ }).click()
      await within(2_000, 'no project', async () => !page.url().includes('project='))
    })

    await check('goes one click down to the days and hours of a row', async () => {
      await open('?view=who')
      await page.locator('.models .opener', { hasText: 'gpt-4o-mini' }).first().click()
      await within(8_000, 'fourteen days', async () => (await page.locator('.row-details .column').count()) === 14)
      await says('.row-details .hours', /UTC/, 8_000)
      await axeFindsNothing(page)
      await open('?view=who&by=project')
      await page.getByRole('button', { name: 'Customer data' }).click()
      await within(8_000, 'fourteen days', async () => (await page.locator('.row-details .column').count()) === 14)
      await says('.row-details .hours', new RegExp(full(942_705)), 8_000)
    })

    await check('does not let one burst flatten the month, and says so on its bar', async () => {
      await open('?view=history&tier=premium')
      await page.locator('.column.broken').waitFor({ timeout: 10_000 })
      equal(await textOf(page.locator('.column.broken .break')), '8M', 'the broken bar')
      const tallest = await page.evaluate(() => {
        const heights = [...document.querySelectorAll('.column:not(.broken) .free')].map(
          each => each.getBoundingClientRect().height,
        )
        return Math.max(...heights.slice(0, -1))
      })
      must(tallest > 12, `other days are ${tallest} px high`)
      await says('.y-axis', /500K|1M/)
    })

    await check('marks a day chosen by key, and shows it without a scroll', async () => {
      const chart = page.getByRole('slider').first()
      await chart.focus()
      for (const key of ['ArrowLeft', 'ArrowLeft', 'Enter']) await page.keyboard.press(key)
      await within(2_000, 'the day', async () => page.url().includes('date='))
      equal(await page.locator('.column.chosen').count(), 1, 'marked')
      const box = await page.locator('.day-details').boundingBox()
      must(box && box.y < 400, `the details stand at ${box?.y}`)
    })

    await check('says of a date to come that it has not begun', async () => {
      await open('?view=who&date=2099-01-01')
      await says('.models', /has not begun/)
      await open('?view=history&date=2099-01-01')
      await says('.day-details', /has not begun/)
    })

    await check('shows hours of weeks, each with its figure for those who do not see it', async () => {
      await open('?view=history')
      await within(5_000, 'two maps', async () => (await page.locator('.heat-map').count()) === 2)
      const cells = await page.locator('.heat-map tbody tr').first().locator('td').count()
      equal(cells, 24, 'hours')
    })

    await check('lists every kind of alert, what it tells, and the setting that turns it off', async () => {
      await open('?view=alerts')
      equal(await page.locator('.kind-list li').count(), ALERT_KINDS.length, 'kinds')
      await page.locator('.kind-list summary', { hasText: 'Spike' }).click()
      const setting = await textOf(page.locator('.kind-list li', { hasText: 'Spike' }).locator('.setting'))
      must(setting.startsWith('ALERTS = "') && !setting.includes('spike'), setting)
    })

    await check('notifies the desktop of an alert once it was asked to', async () => {
      await page.evaluate(() => {
        const told: string[] = []
        Object.assign(globalThis, { told })
        const Plain = Notification
        globalThis.Notification = Object.assign(
          class {
            constructor(_title: string, options?: NotificationOptions) {
              told.push(options?.body ?? '')
            }
          },
          { permission: 'granted', requestPermission: async () => 'granted' },
        ) as unknown as typeof Plain
      })
      await page.getByLabel(/Notify me/).check()
      simulator.add({ serviceTier: FREE, model: 'gpt-4o', input: 550_000, output: 0 })
      await product.poll()
      const told = () => page.evaluate(() => (globalThis as unknown as { told: string[] }).told)
      await within(3_000, 'a notification', async () => (await told()).some(each => each.includes('PREMIUM')))
      await says('.alerts', /Premium passed 80 %/)
    })

    await check('turns the pill at the first failed poll, tells it once, and ends both with their cause', async () => {
      await open('')
      await says('.pill', /Well/)
      simulator.fault('503', { count: 1_000 })
      await page.getByRole('button', { name: 'Poll now' }).click()
      await says('.notes', /Poll failed:/, 60_000)
      await says('.pill', /Failing/)
      must((await page.title()).includes('failing'), await page.title())
      equal(await page.locator('.note.tone-warn, .note.tone-critical').count(), 1, 'notes of one cause')
      await page.keyboard.press('k')
      await says('.kiosk .pill', /Failing/)
      await says('.kiosk .note', / since \d/)
      must((await textOf(page.locator('.kiosk .note .action'))).length > 5, 'the wall does not say what to do')
      await page.keyboard.press('Escape')
      await page.keyboard.press('s')
      await says('main', /Reads/)
      simulator.clearFaults()
      await product.poll()
      await page.keyboard.press('d')
      await says('.pill', /Well/)
      await within(
        2_000,
        'no note of the failure',
        async () => !/failed|503/.test(await textOf(page.locator('.notes'))),
      )
    })

    await check('does not scroll on the wall', async () => {
      await page.setViewportSize({ width: 1600, height: 900 })
      await page.goto(`${product.url}/?kiosk`)
      await page.locator('.kiosk .plot canvas').first().waitFor()
      const more = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
      must(more <= 0, `${more} px more than the screen`)
      await page.setViewportSize({ width: 1280, height: 720 })
    })

    await check('ends what could not be loaded when the server is back', async () => {
      await open('?view=history')
      await within(5_000, 'the days', async () => (await page.locator('.column').count()) === 60)
      await product.kill()
      await page.getByRole('link', { name: '7 days' }).click()
      await says('.trouble', /cannot be read: .* Since .*trying again by itself/, 25_000)
      await product.start()
      await within(BACK_WITHIN_MS, 'seven days', async () => (await page.locator('.column').count()) === 14)
      await within(BACK_WITHIN_MS, 'no trouble', async () => (await page.locator('.trouble').count()) === 0)
      await within(BACK_WITHIN_MS, 'live', async () => (await textOf(page.locator('.link'))) === 'Live')
      await page.keyboard.press('d')
      await within(BACK_WITHIN_MS, 'no note', async () => !/loaded/.test(await textOf(page.locator('.notes'))))
    })

    for (const [path, words] of Object.entries(ON_PAPER)) {
      await check(`prints on one readable page: ${path}`, async () => {
        await open(`?view=${path}&theme=dark`)
        await page.emulateMedia({ media: 'print' })
        await page.setViewportSize(PAPER)
        const read = () => textOf(page.locator('main'))
        await within(5_000, 'all parts', async () => (await page.locator('main .ghost').count()) === 0)
        await within(5_000, 'all answers', async () => !/Loading…/.test(await read()))
        const said = await read()
        for (const word of words) must(word.test(said), `${word} is not on paper: ${said}`)
        equal(
          await page.locator('.tools, .views, .panel-tools').filter({ visible: true }).count(),
          0,
          'what is pressed',
        )
        equal([await overflow(page), await tooWide(page)], [0, []], 'cut off')
        await page.setViewportSize({ width: 1280, height: 720 })
        const [ink, paper] = await page.evaluate(() => {
          const { color, backgroundColor } = getComputedStyle(document.documentElement)
          return [color, backgroundColor]
        })
        must(paper === 'rgb(255, 255, 255)' && ink !== paper, `${ink} on ${paper}`)
        const pdf = (await page.pdf({ format: 'A4' })).toString('latin1')
        equal(pdf.match(/\/Type\s*\/Page\b/g)?.length, 1, 'pages')
        await page.emulateMedia({ media: null })
      })
    }

    await check('keeps in forced colours what colour says elsewhere', async () => {
      await page.emulateMedia({ forcedColors: 'active' })
      const look = (of: string) =>
        page
          .locator(of)
          .first()
          .evaluate(each => {
            const { backgroundColor, backgroundImage } = getComputedStyle(each)
            return `${backgroundColor} ${backgroundImage}`
          })
      const differ = async (chosen: string, plain: string) =>
        must((await look(chosen)) !== (await look(plain)), `${chosen} looks like ${plain}`)
      await open('?view=who&tier=premium')
      await differ('.views a[aria-current]', '.views a:not([aria-current])')
      await differ('.filter[aria-current]', '.filter:not([aria-current])')
      must((await look('td.share')).includes('gradient'), 'no share bars')
      await open('?view=history&tier=premium')
      await page.locator('.column.past.over .free').first().waitFor()
      await differ('.column.past.over .free', '.column.past:not(.over) .free')
      await page.emulateMedia({ forcedColors: null })
    })

    await check('is not calmer past the limit than within it, in the dark', async () => {
      await page.emulateMedia({ forcedColors: null })
      await open('?theme=dark')
      const [within = 0, past = 0] = await page.evaluate(() =>
        ['--ok', '--exceeded'].map(name => {
          const probe = document.body.appendChild(document.createElement('i'))
          probe.style.color = `var(${name})`
          const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number)
          probe.remove()
          return Math.max(r, g, b) - Math.min(r, g, b)
        }),
      )
      must(past > within, `a chroma of ${past} against ${within}`)
    })

    await check('prints nothing on the console in any view', async () => {
      const expected = printed.filter(line => !/api\/|ERR_|assets\//.test(line))
      equal(expected, [], 'console')
    })
  } finally {
    await context.close()
    await product.end()
    await simulator.close()
  }
}
