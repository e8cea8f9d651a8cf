import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Account } from './account.ts'

/**
 * What answers at the address of a deployed tracker, as far as setup asks it: ready as soon as the Worker is there with its key and
 * a migrated database; numbers for who has the token.
 */
export async function startDeployed({ scripts, databases }: Account, name: string) {
  let isHeld = false
  const server = createServer((request, response) => {
    const secrets = scripts.get(name)?.secrets
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    if (secrets === undefined) return answer(404, {})
    if (request.url === '/health') return answer(200, { status: 'ok', timestamp: Date.now() })
    const key = secrets.get('OPENAI_ADMIN_KEY')
    if (request.url === '/ready') return answer(key !== undefined && isMigrated() && !isHeld ? 200 : 503, {})
    if (request.headers.authorization !== `Bearer ${secrets.get('API_TOKEN')}`) return answer(401, {})
    if (request.url === '/api/usage') {
      return answer(200, { premium: { tokens_used: 1234 }, mini: { tokens_used: 56 } })
    }
    return answer(404, {})
  })
  const isMigrated = () =>
    databases.some(
      ({ sql }) => sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'daily_costs'").get() !== undefined,
    )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Not ready while it is held. */
    hold: (held: boolean) => {
      isHeld = held
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
