// npm run build: the dashboard into dist/dashboard. Every start of wrangler runs it, also beside a tracker that serves that
// folder already. A wrangler that starts while the folder is empty serves no page until it is started again, and one that
// runs has none for a moment; so it is built aside and only what changed is moved in.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { isOlder, renewFolder } from './renewFolder.ts'
import { ROOT } from './wrangler.ts'

const ASIDE = '.dashboard-'
/** Longer than any build: what is older was left by one that was killed. */
const LEFT_BEHIND_MS = 600_000

const startedAt = Date.now()
const dist = join(ROOT, 'dist')
mkdirSync(dist, { recursive: true })
for (const name of readdirSync(dist).filter(name => name.startsWith(ASIDE))) {
  const path = join(dist, name)
  if (isOlder(path, startedAt - LEFT_BEHIND_MS)) rmSync(path, { recursive: true, force: true })
}
const made = mkdtempSync(join(dist, ASIDE))
try {
  await build({ configFile: join(ROOT, 'vite.config.ts'), build: { outDir: made, emptyOutDir: true } })
  renewFolder(made, join(dist, 'dashboard'), startedAt)
} finally {
  rmSync(made, { recursive: true, force: true })
}
