import { accountsOf, appliedMigrations, lookAt, openCloudflare } from '../installation/cloudflare.ts'
import { Trouble } from '../installation/words.ts'
import { readToml } from '../installation/wranglerToml.ts'
import { ROOT } from '../wrangler.ts'
import { fault, hint, type Look } from './finding.ts'
import { migrationsIn } from './lookAtLocalDatabase.ts'

const AGAIN = 'npm run setup: it goes on from what is there.'

/** The account: is somebody logged in, is the Worker there, its secrets and its database, with all migrations? */
export async function lookAtCloudflare(): Promise<Look> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Trouble) return { findings: [fault(error.message, ...error.todo)], well: [] }
    throw error
  }
}

async function look(): Promise<Look> {
  const cloudflare = await openCloudflare(process.env)
  if (cloudflare === null) {
    const cause =
      'Nobody is logged in at Cloudflare, so that the Worker, its secrets and its database were not looked at.'
    return { findings: [hint(cause, 'npx wrangler login')], well: [] }
  }
  const toml = readToml(ROOT)
  const name = process.env.WORKER_NAME || toml.name
  const accounts = await accountsOf(cloudflare)
  const accountId =
    process.env.CLOUDFLARE_ACCOUNT_ID || toml.accountId || (accounts.length === 1 ? accounts[0]?.id : undefined)
  if (accountId === undefined) {
    const ids = accounts.map(account => `CLOUDFLARE_ACCOUNT_ID=${account.id} for ${account.name}`)
    return { findings: [hint(`The login may use ${accounts.length} accounts, and none is named.`, ...ids)], well: [] }
  }
  const { worker, secrets, databaseId } = await lookAt(cloudflare, accountId, name)
  if (worker === 'none') return { findings: [fault(`The account has no Worker ${name}.`, AGAIN)], well: [] }
  if (worker === 'foreign') {
    return {
      findings: [
        fault(
          `The Worker ${name} of the account is another program.`,
          `Set WORKER_NAME to another name, then ${AGAIN}`,
        ),
      ],
      well: [],
    }
  }
  const missing = ['OPENAI_ADMIN_KEY', 'API_TOKEN'].filter(secret => !secrets.has(secret))
  const findings = missing
    .filter(secret => secret !== 'API_TOKEN' || (toml.vars.AUTH_MODE ?? 'token') === 'token')
    .map(secret => fault(`The secret ${secret} is not set.`, `npx wrangler secret put ${secret}, or ${AGAIN}`))
  const applied = databaseId === null ? null : await appliedMigrations(cloudflare, accountId, databaseId)
  if (applied === null)
    findings.push(
      fault(
        'The Worker is bound to no database that is there.',
        'npm run deploy: it makes the database, binds and migrates it.',
      ),
    )
  const lacks = migrationsIn(ROOT).filter(migration => applied !== null && !applied.includes(migration))
  if (lacks.length > 0)
    findings.push(fault(`The database lacks ${lacks.length} migrations (${lacks.join(', ')}).`, 'npm run db:migrate'))
  return { findings, well: [`Cloudflare: Worker ${name}, secrets ${[...secrets].sort().join(', ') || 'none'}.`] }
}
