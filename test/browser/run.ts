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

/** On an open product with an afternoon's use. */
async function used(): Promise<void> {
  const product = await startProduct({ ...vars, AUTH_MODE: 'open' })
  try {
    await openChecks({ checks, browser, product, simulator })
    await costChecks({ checks, browser, product })
    await matrixChecks({ checks, browser, product })
    await loadChecks({ checks, browser, product, simulator })
  } finally {
    await product.end()
  }
}

/** Each on products of its own. */
async function others(): Promise<void> {
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
  await stateChecks({ checks, browser })
}

// Two at a time, beside one that waits for midnight.
await Promise.all([used(), others(), midnightChecks({ checks, browser })])

await browser.close()
await simulator.close()
const { passed, failed } = checks.done()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
