// The network between the browser and the product: passes everything on, until told to be as bad as networks are.
import { once } from 'node:events'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface Line {
  url: string
  /** False: sockets are refused without a word, as by a proxy that does not know them. */
  sockets: boolean
  /** True: open sockets stay open and nothing comes through them, as after a sleep. */
  deaf: boolean
  /** Sockets that were let through so far. */
  opened: number
  cutSockets(): void
  close(): Promise<void>
}

/** `ownName`: whether the product is asked under the name that the browser knows; a proxy that is not set up for it hides it. */
export async function startLine(target: string, ownName = true): Promise<Line> {
  const { hostname, port, host } = new URL(target)
  const sockets = new Set<Socket>()
  const named = ({ headers }: IncomingMessage) => ({ ...headers, host: ownName ? headers.host : host })
  const server = createServer((request, response) => {
    const { method, url: path } = request
    const onward = send({ hostname, port, method, path, headers: named(request) }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  server.on('upgrade', (request: IncomingMessage, browser: Socket) => {
    if (!line.sockets) return browser.destroy()
    line.opened++
    const product = connect(Number(port), hostname)
    const fields = Object.entries(named(request)).map(([name, value]) => `${name}: ${value}\r\n`)
    product.write(`GET ${request.url} HTTP/1.1\r\n${fields.join('')}\r\n`)
    for (const [from, to] of [
      [browser, product],
      [product, browser],
    ] as const) {
      sockets.add(from)
      from.on('data', data => line.deaf || to.write(data))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const line: Line = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: true,
    deaf: false,
    opened: 0,
    cutSockets: () => {
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      line.cutSockets()
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
  return line
}
