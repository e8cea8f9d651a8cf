import type { Findings } from './findings.ts'
import { freePort } from './freePort.ts'
import { startGroup } from './processGroup.ts'
import { until } from './until.ts'

/** npm start on a folder that cannot be used: one sentence, and an end. */
export async function startSays(found: Findings, dir: string, why: string): Promise<void> {
  const ports = ['--port', String(await freePort()), '--simulator-port', String(await freePort())]
  const group = startGroup('npm', ['start', '--', ...ports, '--persist-to', dir], { OPENAI_ADMIN_KEY: '' })
  await until(() => group.child.exitCode !== null, 20_000, 50)
  const words = group
    .printed()
    .split('\n')
    .filter(line => line.includes(dir) && !line.startsWith('>'))
  found.check(
    `npm start says in one sentence that the folder ${why}, what to do, and ends with 1`,
    group.child.exitCode === 1 &&
      words.length === 1 &&
      words[0]?.includes(why) === true &&
      words[0].includes('--persist-to') &&
      !/^\s+at /m.test(group.printed()),
    group.printed(),
  )
  await group.kill()
}
