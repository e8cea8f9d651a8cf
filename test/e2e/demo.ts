import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrakeView, StatusView, UsageView } from '../../src/wire.ts'
import type { Findings } from './harness/findings.ts'
import { freePort } from './harness/freePort.ts'
import { startGroup } from './harness/processGroup.ts'
import { sleep, until } from './harness/until.ts'

const WITHIN_MS = 90_000
const LOOK_MS = 4_000

/** npm start -- --demo --open: a clock that runs fast for tracker, simulator and page alike, and a browser that is opened. */
export default async function demo(found: Findings): Promise<void> {
  const port = await freePort()
  const home = mkdtempSync(join(tmpdir(), 'tracker-demo-'))
  const [browser, opened] = [join(home, 'browser'), join(home, 'opened')]
  writeFileSync(browser, `#!/bin/sh\necho "$@" > ${opened}\n`)
  chmodSync(browser, 0o755)
  const args = ['start', '--', '--demo', '--open', '--port', String(port), '--simulator-port', String(await freePort())]
  const brake = { BRAKE: 'on', BRAKE_TIERS: 'premium', BRAKE_AT: '1' }
  const group = startGroup('npm', args, { BROWSER: browser, OPENAI_ADMIN_KEY: '', ...brake })
  const url = `http://localhost:${port}`
  const get = async <T>(path: string) => (await fetch(url + path)).json() as Promise<T>
  const isOn = async (tokens: number) => (await get<UsageView>('/api/usage')).mini.tokens_used > tokens
  try {
    const says = await until(() => /THE DATA IS SIMULATED.*times as fast/s.test(group.printed()), WITHIN_MS)
    found.check('the demo says that its data is simulated, and how fast its clock runs', says, group.printed())
    found.check('numbers come', await until(() => isOn(0), WITHIN_MS), group.printed())
    const { mini } = await get<UsageView>('/api/usage')
    const [began, before] = [Date.now(), (await get<StatusView>('/api/status')).server_time]
    await sleep(LOOK_MS)
    const after = (await get<StatusView>('/api/status')).server_time
    const speed = ((after - before) * 1000) / (Date.now() - began)
    found.check('its clock runs a hundred times as fast and more', speed > 100, speed)
    found.check('and polls come along', await until(() => isOn(mini.tokens_used), WITHIN_MS), group.printed())
    const isBraked = async () => {
      const { state, projects } = await get<BrakeView>('/api/brake')
      return state === 'set' && projects.some(({ added, state: of }) => of === 'set' && added.length > 0)
    }
    found.check('with BRAKE=on a brake is set in it', await until(isBraked, WITHIN_MS), await get('/api/brake'))
    const html = await (await fetch(url)).text()
    const script = await (await fetch(`${url}/demo-clock.js`)).text()
    found.check(
      'the page has that clock before all other scripts',
      html.indexOf('/demo-clock.js') < html.indexOf('type="module"') && script.includes('Date'),
      html,
    )
    found.check('the browser was opened', await until(() => existsSync(opened), WITHIN_MS))
    const [file = ''] = readFileSync(opened, 'utf8').trim().split(' ')
    found.check(
      'by a file of this machine that leads there',
      file.startsWith('file://') && readFileSync(new URL(file), 'utf8').includes(url),
      file,
    )
    process.kill(-group.pid, 'SIGINT')
    found.check(
      'Ctrl-C ends all of it, and takes that file away',
      (await until(() => !group.alive(), 15_000)) && !existsSync(new URL(file)),
    )
  } finally {
    await group.kill()
    rmSync(home, { recursive: true, force: true })
  }
}
