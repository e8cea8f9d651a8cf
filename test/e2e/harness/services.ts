import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type STAND_INS, type State, standIn } from '../../pure/receivers/standIns.ts'

export type Service = (typeof STAND_INS)[number]

/** `hanging`: it takes the connection and never answers. */
export type Mood = State | 'hanging'

export interface Came {
  status: number
  body: string
  /** Unix milliseconds. */
  at: number
}

/** A service as its documents describe it, on a port of this machine. */
export async function startService(kind: Service, path: string, mood: Mood = 'well') {
  const came: Came[] = []
  const hanging = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', part => (body += part))
    request.on('end', async () => {
      const at = Date.now()
      const url = new URL(request.url ?? '/', 'http://service.example')
      const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      if (mood === 'hanging') {
        came.push({ status: 0, body, at })
        return void hanging.add(response)
      }
      const answer = standIn(kind, { url, headers, body }, mood)
      came.push({ status: answer.status, body, at })
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    kind,
    url: `${kind}+http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    came,
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}
