// npm run build: the dashboard into dist/dashboard. Every start of wrangler runs it, also beside a tracker that serves that
// folder already. A wrangler that starts while the folder is empty serves no page until it is started again, and one that
// runs has none for a moment; so it is built aside and only what changed is moved in. What is built from these very sources
// already is left as it is.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from './digestOf.ts'
import { isOlder, renewFolder } from './renewFolder.ts'
import { runToEnd } from './runToEnd.ts'
import { ROOT } from './wrangler.ts'

const DIST = join(ROOT, 'dist')
const SERVED = join(DIST, 'dashboard')
const STAMP = join(DIST, 'dashboard.sha256')
const ASIDE = '.dashboard-'
/** Longer than any build: what is older was left by one that was killed. */
const LEFT_BEHIND_MS = 600_000
/**
 * Vite in a process of its own, that can be ended: where there are few cores its bundler stands still for ever now and
 * then (rolldown/rolldown#10102, #10664). Quiet, because it calls back from a native thread for each line of its report.
 */
const VITE = [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--configLoader', 'native', '--logLevel', 'warn']
/** A build takes about a second. */
const LIMITS_MS = [20_000, 60_000, 180_000]

// Vite would build for development where the one who starts this has it so.
process.env.NODE_ENV = 'production'
const startedAt = Date.now()
const sources = () => digestOf(ROOT, ['src', 'scripts', 'vite.config.ts', 'tsconfig.json', 'package-lock.json'])
const stamp = (from: string, folder: string) => `${from} sources\n${digestOf(folder, ['.'])} dashboard\n`
const from = sources()
if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp(from, SERVED)) {
  console.log('The dashboard is built from these sources already.')
} else {
  build()
  console.log(`The dashboard was built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`)
}

function build(): void {
  mkdirSync(DIST, { recursive: true })
  for (const name of readdirSync(DIST).filter(name => name.startsWith(ASIDE))) {
    const path = join(DIST, name)
    if (isOlder(path, startedAt - LEFT_BEHIND_MS)) rmSync(path, { recursive: true, force: true })
  }
  const made = mkdtempSync(join(DIST, ASIDE))
  try {
    runToEnd([process.execPath, ...VITE, '--outDir', made, '--emptyOutDir'], ROOT, LIMITS_MS)
    const done = stamp(from, made)
    renewFolder(made, SERVED, startedAt)
    // Nobody knows which state of a file was built that was changed meanwhile: the next start builds again.
    if (sources() === from) writeFileSync(STAMP, done)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}
