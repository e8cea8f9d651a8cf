import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  id: string
  status: number
  tier: string
  threshold: number
  thresholds: number[]
  date: string
}

/** A receiver of generic webhooks that answers what it is told to. `down` refuses connections. */
export async function startReceiver(status = 200) {
  const received: Received[] = []
  let answer = status
  let down = false
  const server = createServer((request, response) => {
    if (down) return void request.socket.destroy()
    let text = ''
    request.on('data', part => (text += part))
    request.on('end', () => {
      const body = JSON.parse(text) as Omit<Received, 'id' | 'status'>
      received.push({ ...body, id: String(request.headers['webhook-id'] ?? ''), status: answer })
      response.writeHead(answer).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    delivered: () => received.filter(({ status: given }) => given < 300),
    down: (is: boolean) => {
      down = is
    },
    answer: (next: number) => {
      answer = next
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>
