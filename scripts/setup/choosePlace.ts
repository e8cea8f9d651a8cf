import {
  type Account,
  accountsOf,
  type Cloudflare,
  type Installation,
  lookAt,
  troubleWith,
} from '../installation/cloudflare.ts'
import { Trouble } from '../installation/words.ts'
import { readToml } from '../installation/wranglerToml.ts'
import { ROOT } from '../wrangler.ts'
import type { Desk } from './desk.ts'

/** Where the tracker goes. */
export interface Place {
  accountId: string
  /** True: several accounts are there, and wrangler.toml must say which. */
  writesAccount: boolean
  /** Of the Worker. */
  name: string
  held: Installation
}

/** Names of Workers: https://developers.cloudflare.com/workers/wrangler/configuration/ */
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export async function choosePlace(desk: Desk, cloudflare: Cloudflare): Promise<Place> {
  desk.doing = 'looking at the account'
  const { account, writesAccount } = await chooseAccount(desk, await accountsOf(cloudflare))
  const { name, held } = await chooseName(desk, cloudflare, account.id)
  desk.done(
    `Cloudflare account ${account.name}, Worker ${name}${held.worker === 'ours' ? ', which is there already' : ''}.`,
  )
  const subdomain = held.subdomain ?? (await takeSubdomain(desk, cloudflare, account.id))
  return { accountId: account.id, writesAccount, name, held: { ...held, subdomain } }
}

async function chooseAccount(
  desk: Desk,
  accounts: readonly Account[],
): Promise<{ account: Account; writesAccount: boolean }> {
  const wanted = process.env.CLOUDFLARE_ACCOUNT_ID ?? readToml(ROOT).accountId
  const [first] = accounts
  if (wanted !== null && wanted !== undefined && wanted !== '') {
    const account = accounts.find(({ id }) => id === wanted)
    if (account !== undefined) return { account, writesAccount: false }
    // A token may be allowed to work in an account and not to list it.
    return { account: { id: wanted, name: wanted }, writesAccount: false }
  }
  if (first === undefined) {
    throw new Trouble(
      'The login at Cloudflare may use no account.',
      'Give the token an account, or set CLOUDFLARE_ACCOUNT_ID where it may not list them.',
    )
  }
  if (accounts.length === 1) return { account: first, writesAccount: false }
  if (!desk.asks) {
    throw new Trouble(
      `The login at Cloudflare may use ${accounts.length} accounts.`,
      ...accounts.map(({ id, name }) => `CLOUDFLARE_ACCOUNT_ID=${id} for ${name}`),
    )
  }
  const id = await desk.choose(
    'Which account?',
    accounts.map(({ id: value, name: label }) => ({ value, label })),
  )
  return { account: accounts.find(account => account.id === id) ?? first, writesAccount: true }
}

async function chooseName(
  desk: Desk,
  cloudflare: Cloudflare,
  accountId: string,
): Promise<{ name: string; held: Installation }> {
  const given = process.env.WORKER_NAME?.trim()
  if (given && !NAME.test(given)) throw new Trouble(`WORKER_NAME is '${given}', but must be ${NAME_WORDS}`)
  let name = given || readToml(ROOT).name
  for (;;) {
    const held = await lookAt(cloudflare, accountId, name)
    if (held.worker !== 'foreign') return { name, held }
    const taken = `The account has a Worker ${name} that is another program; a deploy would overwrite it.`
    if (!desk.asks) throw new Trouble(taken, 'Set WORKER_NAME to another name, then run this again.')
    desk.warn(taken)
    name = await desk.text('Another name for the Worker', `${name}-2`, value =>
      NAME.test(value) ? undefined : `It must be ${NAME_WORDS}`,
    )
  }
}

const NAME_WORDS = 'up to 63 small letters, digits and hyphens, neither end a hyphen.'

/** Below workers.dev an account has one name, which all its Workers share. */
async function takeSubdomain(desk: Desk, cloudflare: Cloudflare, accountId: string): Promise<string> {
  const missing = 'The account has no name below workers.dev yet, so that the tracker would have no address.'
  if (!desk.asks) {
    throw new Trouble(
      missing,
      `Take one at https://dash.cloudflare.com/${accountId}/workers/onboarding, then run this again.`,
    )
  }
  desk.say(missing)
  for (;;) {
    const subdomain = await desk.text('A name for the account: <name>.workers.dev', '', value =>
      NAME.test(value) ? undefined : `It must be ${NAME_WORDS}`,
    )
    const answer = await cloudflare.ask('PUT', `/accounts/${accountId}/workers/subdomain`, { subdomain })
    if (answer.ok) return subdomain
    if (answer.error.status === 401 || answer.error.status === 0) throw troubleWith(answer.error)
    desk.warn(`Cloudflare does not give that name: ${answer.error.message}`)
  }
}
