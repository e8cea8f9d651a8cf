// An open tracker on the simulator's organisation: what is shown, how it stays right, and how it feels.
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Simulator } from '../../simulator/start-simulator.ts'
import type { ModelsView, UsageView } from '../../src/wire.ts'
import { now } from './afternoon.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import type { Product } from './product.ts'
import { full, modelLines, overflow, readModels, readTier, textOf, tooWide, VIEWS } from './readPage.ts'

interface Stage {
  checks: Checks
  browser: OpenBrowser
  product: Product
  simulator: Simulator
}

export async function openChecks(stage: Stage): Promise<void> {
  const { checks, browser, product, simulator } = stage
  const { check } = checks
  const context = await browser.context({ timezoneId: 'Europe/Berlin', acceptDownloads: true })
  const printed = watchConsole(context)
  const page = await context.newPage()
  const usage = async () => (await (await fetch(`${product.url}/api/usage`)).json()) as UsageView
  const live = () => within(10_000, 'the page is live', async () => (await textOf(page.locator('.link'))) === 'Live')
  /** The page comes in parts, what its view shows last. */
  const whole = () => page.locator('main .card').first().waitFor()
  const view = async (path: string) => {
    await page.goto(`${product.url}/${path}`)
    await live()
    await whole()
  }
  const chosenTheme = () => page.evaluate(() => document.documentElement.dataset.theme)
  await product.poll()
  await page.goto(product.url)

  await check('shows the numbers of the API', async () => {
    await live()
    const now = await usage()
    for (const tier of ['premium', 'mini'] as const) {
      equal((await readTier(page, tier)).used, full(now[tier].tokens_used), `${tier} tokens`)
    }
  })

  await check('answers every question on the first screen of a laptop', async () => {
    await page.setViewportSize({ width: 1280, height: 720 })
    for (const tier of ['premium', 'mini'] as const) {
      const { text } = await readTier(page, tier)
      for (const word of ['left', 'resets in', '00:00 UTC', 'Free', 'Billed', 'tokens'])
        must(text.includes(word) || (word === 'left' && text.includes('over')), `${tier}: no "${word}" in ${text}`)
    }
    const lowest = await page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('.tier .split, .tier .outlook, .facts, .notes')].map(
          each => each.getBoundingClientRect().bottom,
        ),
      ),
    )
    must(lowest <= 720, `the last answer ends at ${lowest} px`)
    must((await textOf(page.locator('.facts'))).includes('Data'), 'no data age')
  })

  await check('says that the data is simulated and the door open', async () => {
    const notes = await textOf(page.locator('.notes'))
    must(notes.includes('Simulated data') && notes.includes('Open to anyone'), notes)
  })

  await check('draws the day, its limit and thirty days', async () => {
    const count = (what: string) => page.locator(what).count()
    await within(5_000, 'two curves', async () => (await count('.plot canvas')) === 2)
    await view('?view=history')
    await within(5_000, 'sixty days', async () => (await count('.day-chart .column')) === 60)
    equal(await count(`.column.provisional[data-date="${(await usage()).date}"]`), 2, 'hatched columns of today')
    await view('')
  })

  await check('shows a poll within a second, without a reload', async () => {
    const before = await usage()
    simulator.add({ model: 'gpt-4o', input: 4_000, output: 321 })
    const answer = product.post('/api/poll')
    const wanted = full(before.premium.tokens_used + 4_321)
    await answer
    const took = await within(
      1_000,
      `the page shows ${wanted}`,
      async () => (await readTier(page, 'premium')).used === wanted,
    )
    console.log(`      drawn ${Math.round(took)} ms after the answer to the poll`)
  })

  await check('shows each model with the figures of the API, before and after a live update', async () => {
    await view('?view=who')
    const told = async () => modelLines((await usage()).models)
    const before = await told()
    await within(2_000, 'the table', async () => isDeepStrictEqual(await readModels(page), before))
    simulator.add(
      { model: 'gpt-4o', input: 9_000, cached: 1_200, output: 700, requests: 3 },
      { model: 'gpt-4o-mini', input: 50_000, output: 1 },
      { model: 'tomorrow-1', input: 5, output: 6 },
    )
    await product.poll()
    const after = await told()
    must(after.length > before.length && !isDeepStrictEqual(after, before), 'nothing moved')
    await within(2_000, 'the table', async () => isDeepStrictEqual(await readModels(page), after))
  })

  await check(
    'tells the day under the pointer, and a click marks it and shows its details beside the chart',
    async () => {
      await view('?view=history')
      const columns = page.locator('.day-chart').first().locator('.column')
      await within(5_000, 'the days', async () => (await columns.count()) === 30)
      const day = columns.nth(20)
      await day.hover()
      const date = await day.getAttribute('data-date')
      const said = page.locator('.day-chart').first().locator('.readout')
      const word = new RegExp(` ${Number(date?.slice(-2))} [A-Z][a-z]{2}:`)
      await within(1_000, `the day ${date}`, async () => word.test(await textOf(said)))
      await day.click()
      await within(1_000, 'its address', async () => page.url().includes(`date=${date}`))
      await page.mouse.move(0, 0)
      equal(await page.locator('.column.chosen').count(), 2, 'marked columns')
      const details = page.locator('.day-details')
      await within(3_000, 'its models', async () => (await details.locator('.top-models li').count()) > 3)
      const [chart, beside] = [await page.locator('.days').boundingBox(), await details.boundingBox()]
      must(chart && beside && beside.x >= chart.x + chart.width && beside.y < chart.y + 60, 'not beside the chart')
      await columns.last().click()
      await within(1_000, 'today again', async () => !page.url().includes('date='))
      await page.mouse.move(0, 0)
    },
  )

  await check('keeps focus, selection and scroll through live updates', async () => {
    await page.setViewportSize({ width: 1280, height: 400 })
    await view('?view=who')
    const field = page.locator('input[type=search]')
    await field.fill('gpt')
    await field.evaluate((each: HTMLInputElement) => each.setSelectionRange(1, 2))
    const row = page.locator('.models tbody tr').first()
    await row.evaluate(each => each.setAttribute('data-mine', 'yes'))
    await page.evaluate(() => scrollTo(0, 60))
    const total = () => textOf(page.locator('.models tfoot'))
    const before = await total()
    simulator.add({ model: 'gpt-4o', input: 100, output: 11 })
    await product.poll()
    await within(2_000, 'the update', async () => (await total()) !== before)
    const kept = await page.evaluate(() => {
      const focused = document.activeElement as HTMLInputElement
      return [
        focused.type,
        focused.selectionStart,
        focused.selectionEnd,
        scrollY,
        document.querySelectorAll('[data-mine]').length,
      ]
    })
    equal(kept, ['search', 1, 2, 60, 1], 'kept')
    await page.setViewportSize({ width: 1280, height: 720 })
  })

  await check('shows an alert as it fires, with what became of it', async () => {
    await view('?view=alerts')
    const { premium } = await usage()
    simulator.add({ model: 'gpt-4o', input: premium.remaining, output: 50_000 })
    await product.post('/api/poll')
    await within(1_000, 'the alert', async () => (await textOf(page.locator('.alerts'))).includes('Premium passed'))
    must((await textOf(page.locator('.alerts'))).includes('No webhook set'), await textOf(page.locator('.alerts')))
    await within(1_000, 'a word for screen readers', async () =>
      (await textOf(page.locator('output.unseen'))).includes('New alert'),
    )
    must((await page.title()).startsWith('⛔'), await page.title())
    await page.keyboard.press('d')
    await page.locator('article.tier').first().waitFor()
    must((await readTier(page, 'premium')).text.includes('50,000 over'), (await readTier(page, 'premium')).text)
  })

  await check('tells the outcome of "Poll now"', async () => {
    await page.getByRole('button', { name: 'Poll now' }).click()
    await within(5_000, 'an outcome', async () => /Polled:|Just polled/.test(await textOf(page.locator('.notes'))))
  })

  await check('tells the outcome of a poll that fails, and what it means', async () => {
    simulator.fault('503', { count: 20 })
    await page.getByRole('button', { name: 'Poll now' }).click()
    await within(60_000, 'an outcome', async () => /Poll failed:/.test(await textOf(page.locator('.notes'))))
    simulator.clearFaults()
    await product.poll()
  })

  await check('sorts by keyboard and says so', async () => {
    await view('?view=who')
    const header = page.locator('th', { hasText: 'Requests' })
    await header.getByRole('button').focus()
    await page.keyboard.press('Enter')
    await within(1_000, 'descending', async () => (await header.getAttribute('aria-sort')) === 'descending')
    await page.keyboard.press('Enter')
    await within(1_000, 'ascending', async () => (await header.getAttribute('aria-sort')) === 'ascending')
    must(new URL(page.url()).search === '?view=who&sort=requests&dir=asc', page.url())
  })

  await check('opens any view from its link, and goes back', async () => {
    await view('?tier=mini&tz=Asia/Tokyo&theme=dark')
    equal(await page.locator('article.tier').count(), 1, 'tiers')
    must((await textOf(page.locator('.left').first())).includes('Tokyo'), 'no Tokyo time')
    equal(await chosenTheme(), 'dark', 'theme')
    await view('?view=who&tier=mini&sort=model&dir=asc')
    await page.locator('.models tbody tr').first().waitFor()
    equal((await textOf(page.locator('th[aria-sort=ascending]'))).slice(0, 5), 'Model', 'sorted by')
    equal(await page.locator('.models .tier-tag.premium').count(), 0, 'premium models')
    await page.getByRole('link', { name: 'mini', exact: true }).click()
    await within(1_000, 'both tiers', async () => (await page.locator('.models .tier-tag.premium').count()) > 0)
    await page.goBack()
    await within(1_000, 'one tier again', async () => (await page.locator('.models .tier-tag.premium').count()) === 0)
    await view('?view=history&range=7d&table=days')
    await within(2_000, 'seven days', async () => (await page.locator('.day-table tbody tr').count()) === 7)
    await view('?theme=system&tz=local')
  })

  await check('takes keys before the rest of the page is there', async () => {
    let release = () => {}
    const held = new Promise<void>(done => {
      release = done
    })
    await page.route('**/Help-*.js', route => held.then(() => route.continue()))
    await page.goto(product.url)
    await live()
    await page.keyboard.press('1')
    await within(1_000, 'premium only', async () => (await page.locator('article.tier').count()) === 1)
    await page.keyboard.press('?')
    equal(await page.locator('dialog.help').count(), 0, 'help without its code')
    release()
    await within(1_000, 'the help', () => page.locator('dialog.help').isVisible())
    await page.unroute('**/Help-*.js')
  })

  await check('is used by keyboard alone: help, tier, theme, filter, chart', async () => {
    await page.goto(product.url)
    await live()
    await page.keyboard.press('?')
    await within(1_000, 'the help', () => page.locator('dialog.help').isVisible())
    await page.keyboard.press('Escape')
    await page.locator('dialog.help').waitFor({ state: 'hidden' })
    await page.keyboard.press('1')
    await within(1_000, 'premium only', async () => (await page.locator('article.tier').count()) === 1)
    await page.keyboard.press('0')
    for (const theme of ['light', 'dark', undefined]) {
      await page.keyboard.press('t')
      await within(1_000, `theme ${theme}`, async () => (await chosenTheme()) === theme)
    }
    await page.keyboard.press('/')
    await within(10_000, 'focus in the filter', () =>
      page.evaluate(() => (document.activeElement as HTMLInputElement).type === 'search'),
    )
    await page.keyboard.type('1d')
    equal(new URL(page.url()).search, '?view=who&q=1d', 'letters typed into a field are no commands; address')
    await view('')
    const chart = page.getByRole('slider').first()
    await chart.focus()
    await page.keyboard.press('Home')
    const said = async () => (await chart.getAttribute('aria-valuetext')) ?? ''
    await within(1_000, 'Home is midnight', async () => (await said()).startsWith('00:00 UTC'))
    await page.keyboard.press('ArrowRight')
    await within(1_000, 'the line moves', async () => !(await said()).startsWith('00:00 UTC'))
  })

  await check('reaches every control with Tab, each one visible when focused', async () => {
    const reached = new Set<string>()
    for (const path of ['', '?view=who', '?view=history']) {
      await view(path)
      await reach(reached)
    }
    for (const name of [
      'Poll now',
      'Help and keys',
      'Costs',
      'Filter by model or project',
      'Save models as CSV',
      'Table of days',
    ])
      must(reached.has(name), `${name} was not reached: ${[...reached].join(' | ')}`)
  })

  async function reach(reached: Set<string>): Promise<void> {
    for (let i = 0; i < 200; i++) {
      await page.keyboard.press('Tab')
      const [name, outline] = await page.evaluate(() => {
        const focused = document.activeElement
        if (!focused || focused === document.body) return ['', '']
        return [focused.getAttribute('aria-label') ?? focused.textContent ?? '', getComputedStyle(focused).outlineStyle]
      })
      if (name === '') break
      must(outline !== 'none', `no focus ring on ${name}`)
      reached.add(name?.trim() ?? '')
    }
  }

  await check(
    'saves as CSV what the API says, with the mark that Excel needs, names and formulas as text',
    async () => {
      const formula = '=HYPERLINK("http://x")'
      simulator.add({ model: formula, input: 5, output: 1 }, { model: 'Größe, „groß“', input: 7, output: 2 })
      await product.poll()
      for (const [path, name] of [
        ['?view=who', 'models'],
        ['?view=who&by=project&span=7d', 'projects'],
        ['?view=history', 'days'],
        ['?view=alerts', 'alerts'],
        ['', 'today’s readings'],
      ] as const) {
        await view(path)
        const link = page.getByRole('link', { name: `Save ${name} as CSV` }).first()
        const waiting = page.waitForEvent('download')
        await link.click()
        const download = await waiting
        const bytes = await readFile(await download.path())
        equal([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], `the mark of ${name}`)
        const answer = await fetch(new URL((await link.getAttribute('href')) ?? '', product.url))
        equal(bytes.toString('utf8'), Buffer.from(await answer.arrayBuffer()).toString('utf8'), `the file of ${name}`)
        must(/^openai-[\w-]+\.csv$/.test(download.suggestedFilename()), download.suggestedFilename())
        if (name !== 'models') continue
        const text = bytes.toString('utf8')
        must(text.includes(`,"'${formula.replaceAll('"', '""')}",`), `the formula: ${text.slice(0, 400)}`)
        must(text.includes('"Größe, „groß“"'), `the name: ${text.slice(0, 400)}`)
        const tokens = ((await (await fetch(`${product.url}/api/models`)).json()) as ModelsView).models.map(
          each => each.total_tokens,
        )
        const [head = '', ...rows] = text.slice(1).trim().split('\r\n')
        const at = head.split(',').indexOf('total_tokens') - head.split(',').length
        equal(
          rows.map(row => Number(row.split(',').at(at))),
          tokens,
          'the tokens',
        )
      }
    },
  )

  for (const [name, width, height] of [
    ['phone', 390, 844],
    ['small phone', 320, 640],
    ['tablet', 768, 1024],
    ['laptop', 1280, 720],
    ['wide', 1920, 1080],
  ] as const) {
    await check(`does not scroll sideways on a ${name}`, async () => {
      await page.setViewportSize({ width, height })
      for (const path of VIEWS) {
        await view(`?view=${path}`)
        await page.waitForTimeout(150)
        equal([await overflow(page), await tooWide(page)], [0, []], `overflow of ${path}`)
      }
    })
  }
  await page.setViewportSize({ width: 1280, height: 720 })

  // What no state of the matrix shows.
  for (const scheme of ['light', 'dark'] as const) {
    for (const [name, path] of [
      ['projects of a week, one of them open', '/?view=who&by=project&span=7d&open=proj_Q3vTn8dYcL1mWx5RzKe7HbSa'],
      ['tables', '/?table=premium,mini'],
      ['days as a table', '/?view=history&table=days'],
      ['costs as a table', '/?view=costs&table=costs'],
      ['the wall screen', '/?kiosk'],
    ] as const) {
      await check(`axe finds nothing: ${name}, ${scheme}`, async () => {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
        await page.goto(`${product.url}${path}`)
        await live()
        await whole()
        await page.waitForTimeout(300)
        await axeFindsNothing(page)
      })
    }
  }
  await check('axe finds nothing: the help', async () => {
    await page.keyboard.press('?')
    await page.locator('dialog.help').waitFor()
    await axeFindsNothing(page)
    await page.keyboard.press('Escape')
  })
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null })

  await check('the console stays empty through all of it', async () => {
    const expected = printed.filter(line => !line.includes('/api/poll'))
    equal(expected, [], 'console')
  })

  await check('the CSP blocks an injected inline script, style and foreign image', async () => {
    const blocked = await page.evaluate(async () => {
      const seen: string[] = []
      document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'window.injected = true'
      document.body.append(script)
      document.body.insertAdjacentHTML(
        'beforeend',
        '<p style="color:red" id="styled">x</p><img src="https://example.com/x.png" alt=""><img src="x" onerror="window.injected = true" alt="">',
      )
      await new Promise(done => setTimeout(done, 400))
      return { seen: [...new Set(seen)].sort(), injected: 'injected' in window }
    })
    equal(blocked.injected, false, 'the script ran')
    for (const directive of ['script-src-elem', 'style-src-attr', 'img-src'])
      must(blocked.seen.includes(directive), `${directive} was not blocked: ${blocked.seen}`)
  })

  await check('page and files carry the security headers', async () => {
    const html = await fetch(product.url)
    const text = await html.text()
    const script = await fetch(`${product.url}${/src="([^"]+\.js)"/.exec(text)?.[1]}`)
    for (const answer of [html, script]) {
      for (const [name, value] of Object.entries(HEADERS))
        must(answer.headers.get(name)?.includes(value), `${name}: ${answer.headers.get(name)}`)
    }
    must(html.headers.get('cache-control')?.includes('no-cache'), `html: ${html.headers.get('cache-control')}`)
    must(script.headers.get('cache-control')?.includes('immutable'), `script: ${script.headers.get('cache-control')}`)
    must(!/<script(?![^>]*src=)/.test(text) && !/ style=/.test(text), 'inline script or style in the page')
  })

  await check('a hidden page closes its socket and stops its clock; shown again it is right by itself', async () => {
    await page.goto(product.url)
    await live()
    await page.clock.install({ time: now() })
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await page.clock.fastForward(61_000)
    await within(3_000, 'a paused title', async () => (await page.title()).startsWith('⏸'))
    const status = async () =>
      ((await (await fetch(`${product.url}/api/status`)).json()) as { connections: number }).connections
    await within(3_000, 'no socket', async () => (await status()) === 0)
    simulator.add({ model: 'gpt-4o', input: 70, output: 7 })
    await product.poll()
    const wanted = full((await usage()).premium.tokens_used)
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => false })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await page.clock.resume()
    await within(3_000, `the page shows ${wanted}`, async () => (await readTier(page, 'premium')).used === wanted)
  })

  await check('says "Offline" without a network, and comes back by itself', async () => {
    await page.goto(product.url)
    await live()
    await context.setOffline(true)
    await within(3_000, 'offline', async () => (await textOf(page.locator('.link'))).includes('Offline'))
    await context.setOffline(false)
    await live()
  })

  await check('counts down after kill -9 of the Worker, keeps the numbers, and is right again by itself', async () => {
    const before = await readTier(page, 'premium')
    await product.kill()
    await within(5_000, 'a countdown', async () => /Reconnecting/.test(await textOf(page.locator('.link'))))
    must(
      await page
        .getByRole('button', { name: 'Retry now' })
        .count()
        .then(count => count <= 1),
      'retry',
    )
    equal((await readTier(page, 'premium')).used, before.used, 'numbers while away')
    simulator.add({ model: 'gpt-4o', input: 500, output: 5 })
    await product.start()
    await product.poll()
    const wanted = full((await usage()).premium.tokens_used)
    const took = await within(
      35_000,
      `the page shows ${wanted}`,
      async () => (await readTier(page, 'premium')).used === wanted,
    )
    await live()
    console.log(`      right ${Math.round(took)} ms after the restart`)
  })
  await context.close()
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=()',
}
