import { spawnSync } from 'node:child_process'

/** `npm run bench [name]`: prints the figures of the benchmarks in this folder. */
const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname
const args = [vitest, 'run', '--config', 'bench/vitest.config.ts', '--reporter=dot', ...process.argv.slice(2)]
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1
