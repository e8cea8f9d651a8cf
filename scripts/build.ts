// npm run build: the dashboard into dist/dashboard. Every start of wrangler runs it, also beside a tracker that serves that
// folder already. A wrangler that starts while the folder is empty serves no page until it is started again, and one that
// runs has none for a moment; so it is built aside and only what changed is moved in.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { renewFolder } from './renewFolder.ts'
import { ROOT } from './wrangler.ts'

const dist = join(ROOT, 'dist')
mkdirSync(dist, { recursive: true })
const made = mkdtempSync(join(dist, '.dashboard-'))
try {
  await build({ configFile: join(ROOT, 'vite.config.ts'), build: { outDir: made, emptyOutDir: true } })
  renewFolder(made, join(dist, 'dashboard'))
} finally {
  rmSync(made, { recursive: true, force: true })
}
