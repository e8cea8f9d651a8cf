import './styles/base.css'
import './styles/layout.css'
import './styles/tiers.css'
import './styles/tables.css'
import './styles/charts.css'
import './styles/gate.css'
import './styles/help.css'
import './styles/kiosk.css'
import './styles/forced.css'
import './styles/print.css'
import { options, render } from 'preact'
import { App } from './App.tsx'
import { Page } from './page/Page.ts'
import { tokenInAddress } from './session/tokenInAddress.ts'
import { address } from './shell/addressBar.ts'
import { showTheme } from './shell/useTheme.ts'
import { VIEWS } from './views/views.ts'

// One drawing per frame, however many messages arrive. A hidden page gets no frames, and its title must still move.
options.debounceRendering = draw => {
  if (document.hidden) setTimeout(draw)
  else requestAnimationFrame(draw)
}

/** Who looks is asked for beside this script and mostly known by now: so nobody sees a board first who must sign in. */
const SESSION_WITHIN_MS = 150

const token = tokenInAddress()
const page = new Page()
// Beside the session, not after it.
void VIEWS.find(({ path }) => path === address.get().view)
  ?.load()
  .catch(() => {})
showTheme(address.get().theme)
const longest = new Promise(done => setTimeout(done, SESSION_WITHIN_MS))
// Not awaited: the parts that are fetched later import from this module, and would wait for it.
void Promise.race([begin(), longest]).then(() => {
  const root = document.getElementById('app')
  if (root) render(<App page={page} />, root)
})

document.addEventListener('visibilitychange', () => page.visible(!document.hidden))
addEventListener('online', () => page.online(true))
addEventListener('offline', () => page.online(false))
if (!document.hidden) page.ticker.run()

// A link that is put into a tab where the page is open already loads nothing.
addEventListener('hashchange', () => {
  const pasted = tokenInAddress()
  if (pasted !== null) void page.session.signIn(pasted)
})

/** A link that signs in needs no form; one whose token is not taken ends at it. */
async function begin(): Promise<void> {
  if (token === null || !(await page.session.signIn(token)).ok) await page.session.boot()
}
