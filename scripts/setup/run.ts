// npm run setup: from a clone to a tracker on Cloudflare that is locked and polls; --local: the settings of one on this machine. It
// looks at what is there and does what is missing, so whatever ended it, it goes on when it is started again.
import { parseArgs } from 'node:util'
import { endWrangler } from '../installation/runWrangler.ts'
import { configOf } from '../installation/tryReceivers.ts'
import { Trouble, wordsOf } from '../installation/words.ts'
import { environmentSettings, type Settings } from '../settings.ts'
import { Cancelled, type Desk, printingDesk, sayCancelled, terminalDesk } from './desk.ts'

const HELP = `npm run setup [-- --yes] [--local] [--new-token] [--wait SECONDS]

  --yes           asks nothing: everything comes from the environment (OPENAI_ADMIN_KEY, ALERT_WEBHOOK_URL, ...)
  --local         writes .dev.vars for this machine, and does not touch Cloudflare
  --new-token     makes another API_TOKEN; who was signed in must sign in again
  --wait SECONDS  how long to wait for the first numbers (180)

Every setting of docs/configuration.md is taken from the environment where it is there, and WORKER_NAME, CLOUDFLARE_API_TOKEN
and CLOUDFLARE_ACCOUNT_ID. Never put a secret into the arguments of a command: others on the machine see them.`

const INTERRUPTED = 130

let desk: Desk = printingDesk()
let ending = false
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => void interrupted())

try {
  await main()
} catch (error) {
  if (error instanceof Cancelled) await interrupted()
  else if (!ending) {
    await endWrangler()
    const [cause, ...todo] = error instanceof Trouble ? [error.message, ...error.todo] : [wordsOf(error)]
    console.error(`✗ ${cause}`)
    for (const line of todo) console.error(`  → ${line}`)
    process.exit(1)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      yes: { type: 'boolean', short: 'y' },
      local: { type: 'boolean' },
      'new-token': { type: 'boolean' },
      wait: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const waitS = Number(values.wait ?? '180')
  if (!Number.isInteger(waitS) || waitS < 1) throw new Trouble(`--wait must be whole seconds, but is '${values.wait}'.`)
  if (!values.yes) {
    if (!process.stdin.isTTY || !process.stdout.isTTY) {
      throw new Trouble(
        'Nobody can be asked here: this is no terminal.',
        'npm run setup -- --yes takes everything from the environment (--help).',
      )
    }
    desk = terminalDesk()
  }
  const given = environmentSettings(process.env)
  needGoodSettings(given)
  const options = { newToken: values['new-token'] === true, waitS }
  desk.open(values.local ? 'OpenAI usage tracker on this machine' : 'OpenAI usage tracker on Cloudflare')
  if (values.local) await (await import('./setUpLocally.ts')).setUpLocally(desk, given, options)
  else await (await import('./setUpOnCloudflare.ts')).setUpOnCloudflare(desk, given, options)
}

/** Before anything is asked or changed: a bad value would be left out by the tracker, which goes on without it. */
function needGoodSettings(given: Settings): void {
  const [first, ...more] = configOf({ API_TOKEN: 'x'.repeat(32), ...given }).problems
  if (first !== undefined) throw new Trouble(first.message, ...more.map(({ message }) => message))
}

async function interrupted(): Promise<void> {
  if (ending) return
  ending = true
  await endWrangler()
  const at = desk.doing === '' ? '' : ` while ${desk.doing}`
  sayCancelled(`Ended${at}. What was done stays: npm run setup goes on from there.`)
  process.exit(INTERRUPTED)
}
