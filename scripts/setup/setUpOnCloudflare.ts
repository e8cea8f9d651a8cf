import { randomBytes } from 'node:crypto'
import { lookAt } from '../installation/cloudflare.ts'
import { runWrangler } from '../installation/runWrangler.ts'
import { endOf, Trouble, withoutSecrets } from '../installation/words.ts'
import { readToml, setTop, setVar } from '../installation/wranglerToml.ts'
import type { Settings } from '../settings.ts'
import { ROOT } from '../wrangler.ts'
import { askKey } from './askKey.ts'
import { askLimits } from './askLimits.ts'
import { askReceivers } from './askReceivers.ts'
import { choosePlace } from './choosePlace.ts'
import type { Desk } from './desk.ts'
import { logIn } from './logIn.ts'
import { waitUntilReady } from './waitUntilReady.ts'

interface Options {
  newToken: boolean
  /** Seconds to wait for the first numbers. */
  waitS: number
}

/** Asks everything first; from the deploy on it works alone. Each step may be done twice. */
export async function setUpOnCloudflare(desk: Desk, given: Settings, { newToken, waitS }: Options): Promise<void> {
  const cloudflare = await logIn(desk)
  const place = await choosePlace(desk, cloudflare)
  const { secrets } = place.held
  const key = await askKey(desk, given, secrets.has('OPENAI_ADMIN_KEY'))
  const limits = await askLimits(desk, given, readToml(ROOT).vars)
  const receivers = await askReceivers(desk, given, secrets.has('ALERT_WEBHOOK_URL'))
  const token = tokenFor(given, secrets.has('API_TOKEN') && !newToken)

  const chosen: Settings = {
    ...given,
    ...limits,
    ...(key !== null && { OPENAI_ADMIN_KEY: key }),
    ...(receivers !== null && { ALERT_WEBHOOK_URL: receivers }),
    ...(token !== null && { API_TOKEN: token.value }),
  }
  // A name is either a variable of wrangler.toml or a secret, never both.
  const { vars } = readToml(ROOT)
  const entries = Object.entries(chosen)
  for (const [name, value] of entries) if (name in vars && vars[name] !== value) setVar(ROOT, name, value)
  if (place.name !== readToml(ROOT).name) setTop(ROOT, 'name', place.name)
  if (place.writesAccount) setTop(ROOT, 'account_id', place.accountId)

  const work = workOn(desk, place.accountId, chosen)
  await work('deploying', ['deploy'])
  const { subdomain } = await lookAt(cloudflare, place.accountId, place.name)
  const url = given.PUBLIC_URL ?? `https://${place.name}.${subdomain ?? place.held.subdomain}.workers.dev`
  // Before it is set: what ends setup in between costs a token that was shown and is not valid, not one that nobody knows.
  if (token?.made)
    desk.done(`The tracker's address, and its API_TOKEN, shown this once: keep it.\n${url}\n${token.value}`)
  const set = Object.fromEntries(entries.filter(([name]) => !(name in vars)))
  if (Object.keys(set).length > 0) await work('setting the secrets', ['secret', 'bulk'], JSON.stringify(set))
  await work('migrating the database', ['d1', 'migrations', 'apply', 'DB', '--remote'])
  desk.doing = 'waiting for the first numbers'
  await waitUntilReady(desk, url, chosen.API_TOKEN ?? null, waitS * 1000)
  desk.close(
    token?.made
      ? `The tracker is up: ${url} – sign in with the token above.`
      : `The tracker is up: ${url} – its API_TOKEN is as it was.`,
  )
}

/** Null: the one that is set stays. */
function tokenFor({ API_TOKEN, AUTH_MODE }: Settings, isSet: boolean): { value: string; made: boolean } | null {
  if (API_TOKEN !== undefined) return { value: API_TOKEN, made: false }
  if (isSet || (AUTH_MODE ?? 'token') !== 'token') return null
  return { value: randomBytes(32).toString('hex'), made: true }
}

/** One command of wrangler; its output is shown only where it fails, and without what is secret. */
function workOn(desk: Desk, accountId: string, chosen: Settings) {
  return async (doing: string, args: readonly string[], input?: string): Promise<void> => {
    desk.doing = doing
    desk.say(`${doing[0]?.toUpperCase()}${doing.slice(1)} ...`)
    const env = { CLOUDFLARE_ACCOUNT_ID: accountId }
    const { code, printed } = await runWrangler(args, { env, ...(input !== undefined && { input }) })
    if (code === 0) return
    const why = withoutSecrets(endOf(printed), Object.values(chosen))
    throw new Trouble(
      `Wrangler failed at ${doing} (wrangler ${args.join(' ')}).`,
      ...why.split('\n'),
      'What was done before stays. Mend that, then run npm run setup again: it goes on from there.',
    )
  }
}
