import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sleep } from './until.ts'

export interface Received {
  id: string
  /** What was answered; 0 as long as nothing was, and for ever where the asker was gone by then. */
  status: number
  tier: string
  threshold: number
  text: string
  /** Not in a plain message, which has the text alone. */
  thresholds?: number[]
  date: string
  possible_repeat?: boolean
  /** Of a message about the brake. */
  event?: string
  cause?: string
  /** Unix milliseconds of its arrival, and of the answer. */
  at: number
  answeredAt: number
}

/** A receiver of generic webhooks that answers what it is told to. `down` refuses connections, `hold` answers nobody. */
export async function startReceiver(status = 200) {
  const received: Received[] = []
  const open = new Set<ServerResponse>()
  let answer = status
  let down = false
  let hold = false
  let delayMs = 0
  const server = createServer((request, response) => {
    if (down) return void request.socket.destroy()
    let text = ''
    request.on('data', part => (text += part))
    request.on('end', async () => {
      const body = JSON.parse(text) as Received
      const id = String(request.headers['webhook-id'] ?? '')
      const message: Received = { ...body, id, status: 0, at: Date.now(), answeredAt: 0 }
      received.push(message)
      const given = answer
      response.once('finish', () => Object.assign(message, { status: given, answeredAt: Date.now() }))
      response.once('close', () => open.delete(response))
      open.add(response)
      if (hold) return
      if (delayMs > 0) await sleep(delayMs)
      response.writeHead(given).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    delivered: () => received.filter(({ status: given }) => given >= 200 && given < 300),
    down: (is: boolean) => {
      down = is
    },
    answer: (next: number) => {
      answer = next
    },
    delay: (ms: number) => {
      delayMs = ms
    },
    hold: (is: boolean) => {
      hold = is
    },
    /** Messages that have arrived and whose sender waits for the answer. */
    unanswered: () => open.size,
    close: async () => {
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>
