import './styles/base.css'
import './styles/layout.css'
import './styles/tiers.css'
import './styles/tables.css'
import './styles/days.css'
import './styles/alerts.css'
import './styles/gate.css'
import './styles/help.css'
import './styles/kiosk.css'
import { options, render } from 'preact'
import { App } from './App.tsx'
import { Page } from './page/Page.ts'
import { address } from './shell/addressBar.ts'
import { showTheme } from './shell/useTheme.ts'

// One drawing per frame, however many messages arrive. A hidden page gets no frames, and its title must still move.
options.debounceRendering = draw => {
  if (document.hidden) setTimeout(draw)
  else requestAnimationFrame(draw)
}

/** Who looks is asked for beside this script and mostly known by now: so nobody sees a board first who must sign in. */
const SESSION_WITHIN_MS = 150

const page = new Page()
page.showDays(address.get().range)
showTheme(address.get().theme)
const longest = new Promise(done => setTimeout(done, SESSION_WITHIN_MS))
// Not awaited: the parts that are fetched later import from this module, and would wait for it.
void Promise.race([page.boot(), longest]).then(() => {
  const root = document.getElementById('app')
  if (root) render(<App page={page} />, root)
})

document.addEventListener('visibilitychange', () => page.visible(!document.hidden))
addEventListener('online', () => page.online(true))
addEventListener('offline', () => page.online(false))
if (!document.hidden) page.ticker.run()
