// npm run doctor: plain JavaScript, for it must be able to say that Node is too old for the rest, or that nothing is installed.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const wanted = 24

if (!existsSync(join(root, 'node_modules/wrangler/package.json'))) {
  fail('The packages of this project are not installed.', 'npm ci')
} else if (Number(process.versions.node.split('.')[0]) < wanted) {
  fail(
    `This is Node ${process.versions.node}, and the scripts need Node ${wanted}, which npm ci brings along.`,
    'npm ci, then npm run doctor (not node scripts/...)',
  )
} else {
  await import('./doctor.ts')
}

/**
 * @param {string} cause
 * @param {string} todo
 */
function fail(cause, todo) {
  console.log(`✗ ${cause}\n  → ${todo}`)
  process.exitCode = 1
}
