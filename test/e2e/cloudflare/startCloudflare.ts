// Cloudflare's API as far as wrangler and setup ask it, on a port of this machine: written from its published description
// (https://developers.cloudflare.com/api/) and from what the pinned wrangler was seen to ask. What it does not know it answers
// with 404 and notes in `unknown`, so that a wrangler that asks for more is noticed.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Account, type AccountOptions, Refusal } from './account.ts'
import { ROUTES } from './routes.ts'

export interface Asked {
  method: string
  path: string
}

interface Reply {
  status: number
  json: unknown
}

/** `token`: others are refused, as Cloudflare refuses them. */
export async function startCloudflare({ token, ...options }: AccountOptions & { token: string }) {
  const account = new Account(options)
  const asked: Asked[] = []
  const unknown: Asked[] = []
  let meanwhile: (asked: Asked) => unknown = () => {}

  const serve = async (request: IncomingMessage, body: Buffer): Promise<Reply> => {
    const url = new URL(request.url ?? '/', 'http://api.example')
    const path = url.pathname.replace(/^\/client\/v4/, '')
    const method = request.method ?? 'GET'
    asked.push({ method, path })
    await meanwhile({ method, path })
    // An upload of assets carries a token of its own.
    const mayAsk = [`Bearer ${token}`, 'Bearer upload'].includes(request.headers.authorization ?? '')
    if (!mayAsk) throw new Refusal(401, 10000, 'Authentication error')
    for (const [wanted, pattern, answer] of ROUTES) {
      const found = wanted === method ? pattern.exec(path) : null
      if (found === null) continue
      const result = await answer(account, found[1] ?? '', { url, body })
      return { status: 200, json: { success: true, errors: [], messages: [], result, ...countOf(result) } }
    }
    unknown.push({ method, path })
    throw new Refusal(404, 7003, `No route for ${method} ${path}`)
  }

  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', part => parts.push(part))
    request.on('end', async () => {
      const { status, json } = await serve(request, Buffer.concat(parts)).catch(refused)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    /** For CLOUDFLARE_API_BASE_URL. */
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
    account,
    asked,
    unknown,
    /** What happens before a request is served: a test that ends the asker, or holds it up. */
    before: (what: typeof meanwhile) => {
      meanwhile = what
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

export type Cloudflare = Awaited<ReturnType<typeof startCloudflare>>

function countOf(result: unknown): object {
  if (!Array.isArray(result)) return {}
  const { length } = result
  return { result_info: { page: 1, per_page: 100, count: length, total_count: length, total_pages: 1 } }
}

function refused(error: unknown): Reply {
  const { status, code, message } = error instanceof Refusal ? error : new Refusal(500, 10013, String(error))
  return { status, json: { success: false, errors: [{ code, message }], messages: [], result: null } }
}
