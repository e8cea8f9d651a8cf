// node test/browser/run.ts [part of a sentence]: the page in Chromium, on the product and the simulator.
import { startOrganisation } from './afternoon.ts'
import { alertChecks } from './alertChecks.ts'
import { brakeChecks } from './brakeChecks.ts'
import { openBrowser } from './browser.ts'
import { startChecks } from './checks.ts'
import { costChecks } from './costChecks.ts'
import { firstRunChecks } from './firstRunChecks.ts'
import { loadChecks } from './loadChecks.ts'
import { matrixChecks } from './matrixChecks.ts'
import { midnightChecks } from './midnightChecks.ts'
import { openChecks } from './openChecks.ts'
import { startProduct } from './product.ts'
import { signInChecks, TOKEN } from './signInChecks.ts'
import { stateChecks } from './stateChecks.ts'
import { viewChecks } from './viewChecks.ts'

const checks = startChecks()
const browser = await openBrowser()
const simulator = await startOrganisation()
const vars = { OPENAI_BASE_URL: simulator.baseUrl, OPENAI_ADMIN_KEY: 'sk-admin-simulated', POLL_COOLDOWN_SECONDS: '0' }

const opened = await startProduct({ ...vars, AUTH_MODE: 'open' })
try {
  await openChecks({ checks, browser, product: opened, simulator })
  await costChecks({ checks, browser, product: opened })
  await matrixChecks({ checks, browser, product: opened })
  await loadChecks({ checks, browser, product: opened, simulator })
} finally {
  await opened.end()
}
const token = { ...vars, AUTH_MODE: 'token', API_TOKEN: TOKEN }
const locked = await startProduct(token, { migrated: false })
try {
  await signInChecks({ checks, browser, product: locked, vars: token })
} finally {
  await locked.end()
}
await firstRunChecks({ checks, browser })
await alertChecks({ checks, browser })
await brakeChecks({ checks, browser })
await viewChecks({ checks, browser })
// Both mostly wait for time to pass.
await Promise.all([stateChecks({ checks, browser }), midnightChecks({ checks, browser })])

await browser.close()
await simulator.close()
const { passed, failed } = checks.done()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
