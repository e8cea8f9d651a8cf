// Every state in every view, every view in every theme: each pair of state and view is looked at in one theme, and the themes
// turn, so that each meets each view several times. axe looks at every second pair, so that it meets each view in each theme and
// each state in three views: it takes longer than all the rest.
import type { BrowserContext, Page } from 'playwright-core'
import type { LiveFrame } from '../../src/wire.ts'
import { axeFindsNothing } from './axe.ts'
import { type OpenBrowser, watchConsole } from './browser.ts'
import { type Checks, equal, must, within } from './checks.ts'
import { MATRIX_STATES, type MatrixState, ordinary, type Turn, turnFrame } from './matrixStates.ts'
import type { Product } from './product.ts'
import { overflow, textOf, tooWide, VIEWS } from './readPage.ts'

interface Theme {
  name: string
  media: { colorScheme: 'light' | 'dark'; forcedColors: 'active' | 'none' }
  size: { width: number; height: number }
}

const DESK = { width: 1280, height: 720 }
const THEMES: readonly Theme[] = [
  { name: 'light', media: { colorScheme: 'light', forcedColors: 'none' }, size: DESK },
  { name: 'dark', media: { colorScheme: 'dark', forcedColors: 'none' }, size: DESK },
  { name: 'forced colours', media: { colorScheme: 'light', forcedColors: 'active' }, size: DESK },
  { name: 'phone', media: { colorScheme: 'light', forcedColors: 'none' }, size: { width: 390, height: 844 } },
]
const KEYS = { today: 'd', who: 'w', costs: 'c', history: 'h', alerts: 'a', status: 's' }
/** What stands where a number or a word is missing. */
const HOLES = /.{0,40}\b(NaN|undefined|null|Infinity)\b.{0,40}/
/** Pages side by side. */
const LANES = 2
/** The server's close code of a session that has ended. */
const SIGNED_OUT = 4401

interface Stage {
  checks: Checks
  browser: OpenBrowser
  product: Product
}

export async function matrixChecks({ checks, browser, product }: Stage): Promise<void> {
  const waiting = [...MATRIX_STATES.entries()]
  const answers = new Map<string, Promise<unknown>>()
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, state] = next
      await checks.check(`in every view, sound and readable: ${state.name}`, async () => {
        const context = await browser.context({ reducedMotion: 'reduce' })
        try {
          await lookAt(state, at, { context, url: product.url, answers })
        } finally {
          await context.close()
        }
      })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

interface Room {
  context: BrowserContext
  url: string
  /** What the product has answered: the same for all states. */
  answers: Map<string, Promise<unknown>>
}

async function lookAt(state: MatrixState, at: number, room: Room): Promise<void> {
  const printed = watchConsole(room.context)
  const page = await room.context.newPage()
  const tracker = await answerAs(page, state, room)
  const isGate = state.act === 'expire' || state.act === 'signed_out'
  const faults: string[] = []
  for (const [index, view] of VIEWS.entries()) {
    const theme = THEMES[(at + index) % THEMES.length] as Theme
    await page.emulateMedia(theme.media)
    await page.setViewportSize(theme.size)
    try {
      tracker.open()
      const query = view === 'who' && state.query ? `&${state.query}` : ''
      // By its key where the page is there already: a load is not what is looked at.
      if (index === 0 || isGate || query !== '') await page.goto(`${room.url}/?view=${view}${query}`)
      else await page.keyboard.press(KEYS[view])
      if (state.act === 'signed_out') await page.locator('.gate').waitFor()
      else await whole(page)
      if (state.act === 'offline') await room.context.setOffline(true)
      if (state.act === 'pause' && index === 0) await page.keyboard.press('p')
      if (state.act === 'expire') tracker.expire()
      const words = state.saysIn?.[view] ?? state.says
      const said = async () => `${await page.title()}\n${await textOf(page.locator('body'))}`
      await within(5_000, `it says ${words}`, async () => words.test(await said()))
      equal([await overflow(page), await tooWide(page)], [0, []], 'overflow')
      equal(await page.locator('main h1, main h2, header h1').first().isVisible(), true, 'a heading')
      const hole = HOLES.exec(await said())
      must(hole === null, `a hole: ${hole?.[0]}`)
      if ((Math.floor(at / THEMES.length) + index) % 2 === 0) await axeFindsNothing(page)
    } catch (error) {
      faults.push(`${view}, ${theme.name}: ${error instanceof Error ? error.message : error}`)
    }
    await room.context.setOffline(false)
  }
  // Chromium says it of a page that is left, or signed out, while its socket is still being opened.
  const quiet = /ERR_INTERNET_DISCONNECTED|status of 401|closed before the connection is established/
  const expected = printed.filter(line => !quiet.test(line))
  must(faults.length === 0 && expected.length === 0, [...faults, ...expected].join('\n'))
}

/** All parts of the view are there, and nothing of it is on its way. */
async function whole(page: Page): Promise<void> {
  await page.locator('main .card').first().waitFor()
  await within(5_000, 'all parts', () => page.evaluate(() => document.querySelector('.ghost-view, .loading') === null))
}

/** The product behind the page, in the state: its own answers, turned. */
async function answerAs(page: Page, state: MatrixState, { url, answers }: Room) {
  const turn: Turn = (path, answer) => state.turn(path, ordinary(path, answer))
  let isExpired = false
  const sockets = new Set<{ close(options: { code: number }): Promise<void> }>()
  await page.route('**/api/**', async route => {
    const address = new URL(route.request().url())
    if (isExpired && address.pathname !== '/api/session') return route.fulfill({ status: 401, json: {} })
    const path = address.pathname + address.search
    const asked = answers.get(path) ?? fetch(url + path).then(answer => answer.json())
    answers.set(path, asked)
    const answer = turn(address.pathname, await asked)
    await route.fulfill({ json: isExpired ? { ...(answer as object), authenticated: false } : answer })
  })
  await page.routeWebSocket('**/api/live', socket => {
    sockets.add(socket)
    socket.connectToServer().onMessage(text => {
      if (typeof text !== 'string' || !text.startsWith('{')) return socket.send(text)
      socket.send(JSON.stringify(turnFrame(JSON.parse(text) as LiveFrame, turn)))
    })
  })
  return {
    open: () => {
      isExpired = false
      sockets.clear()
    },
    expire: () => {
      isExpired = true
      for (const socket of sockets) void socket.close({ code: SIGNED_OUT })
    },
  }
}
