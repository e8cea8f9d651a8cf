// npm run doctor: what is wrong with an installation, and what to do. The gravest cause is the first line; it ends with 1 where
// something is wrong, and changes nothing.
import { parseArgs } from 'node:util'
import { isCancel, password } from '@clack/prompts'
import { wordsOf } from '../installation/words.ts'
import { fileSettings } from '../settings.ts'
import { ROOT } from '../wrangler.ts'
import type { Look } from './finding.ts'
import { lookAtCloudflare } from './lookAtCloudflare.ts'
import { lookAtMachine } from './lookAtMachine.ts'
import { lookAtTracker } from './lookAtTracker.ts'

const HELP = `npm run doctor [-- --url https://...] [--send]

  --url ADDRESS  looks at a deployed tracker and the Cloudflare account (API_TOKEN from the environment, or asked for)
  --send         sends each receiver of this machine a test message

Without --url it looks at this machine: Node, settings, the key, the receivers, the local state and a tracker that runs on port
8787 (or PORT). It ends with 1 where something is wrong.`

try {
  process.exitCode = await main()
} catch (error) {
  console.log(`✗ ${wordsOf(error)}`)
  process.exitCode = 1
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { url: { type: 'string' }, send: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  if (values.url === undefined)
    return tell([await lookAtMachine({ sends: values.send === true }), await lookAtLocalTracker()])
  if (!/^https?:\/\//.test(values.url) || !URL.canParse(values.url)) {
    throw new Error(
      `--url must be an address like https://openai-usage-tracker.name.workers.dev, but is '${values.url}'.`,
    )
  }
  const { origin } = new URL(values.url)
  return tell([await lookAtTracker(origin, askToken), await lookAtCloudflare()])
}

/** The first line is the gravest cause; then each with what to do, then what is well. */
function tell(looks: readonly Look[]): number {
  const all = looks.flatMap(({ findings }) => findings)
  const faults = all.filter(({ level }) => level === 'fault')
  const sorted = [...faults, ...all.filter(({ level }) => level === 'hint')]
  if (all.length === 0) console.log('✓ Nothing is wrong.')
  const seen = new Set<string>()
  for (const { level, cause, todo } of sorted) {
    if (seen.has(cause)) continue
    seen.add(cause)
    console.log(`${level === 'fault' ? '✗' : '!'} ${cause}`)
    for (const line of todo) console.log(`  → ${line}`)
  }
  for (const line of looks.flatMap(({ well }) => well)) console.log(`✓ ${line}`)
  if (faults.length === 0 && all.length > 0)
    console.log('✓ It works. What stands at the top looks like a mistake, or could be better.')
  return faults.length === 0 ? 0 : 1
}

/** Where none runs, nothing is wrong. */
async function lookAtLocalTracker(): Promise<Look> {
  const url = `http://localhost:${process.env.PORT || '8787'}`
  const runs = await fetch(`${url}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
  if (runs === null) return { findings: [], well: [`No tracker runs on ${url}: npm start.`] }
  return lookAtTracker(url, async () => process.env.API_TOKEN || fileSettings(ROOT).API_TOKEN || (await askToken()))
}

async function askToken(): Promise<string | null> {
  const given = process.env.API_TOKEN?.trim()
  if (given) return given
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null
  const token = await password({ message: 'API_TOKEN of the tracker (not shown)' })
  return isCancel(token) || token === undefined ? null : token.trim()
}
