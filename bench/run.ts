import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './bundle.ts'

/**
 * `npm run bench [name...] [-- --write]`: runs the benchmarks of this folder one after the other and fails when one is past
 * its bound. Each is a program that prints Markdown. `--write` puts the output of all of them into docs/cost.md.
 */
const BENCHES = ['cost', 'messages', 'usageRead', 'conditional', 'ratios', 'size']
const COST_PAGE = join(ROOT, 'docs/cost.md')
/** Files in memory where there are some: a busy disk is no part of what is measured. */
const MEMORY_FOLDER = '/dev/shm'

const args = process.argv.slice(2)
const names = args.filter(arg => !arg.startsWith('--'))
const unknown = names.filter(name => !BENCHES.includes(name))
if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`)

const chosen = (names.length > 0 ? names : BENCHES).filter(name => existsSync(fileOf(name)))
const env = existsSync(MEMORY_FOLDER) ? { ...process.env, TMPDIR: MEMORY_FOLDER } : process.env
const outputs = chosen.map(name => {
  const { status, stdout } = spawnSync(process.execPath, [fileOf(name)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  })
  console.log(stdout)
  return { name, status, stdout }
})

const failed = outputs.filter(({ status }) => status !== 0).map(({ name }) => name)
if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
if (args.includes('--write')) {
  if (names.length > 0) throw new Error('--write takes the output of all benchmarks: name none')
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(
    COST_PAGE,
    `# What it costs

This page is the output of \`npm run bench -- --write\` on ${date}, in workerd. A figure in bold is past its bound.

${outputs.map(({ stdout }) => stdout.trim()).join('\n\n')}

Every timer is cleared when its work ends. A pending one keeps the object awake: with timeouts left to run out, each poll would be
billed for two minutes of duration, 4,400 of the 13,000 free GB-s a day.
`,
  )
}

function fileOf(name: string): string {
  return join(ROOT, 'bench', existsSync(join(ROOT, 'bench', name)) ? `${name}/run.ts` : `${name}.ts`)
}
