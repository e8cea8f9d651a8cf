import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

const CONNECTIONS = 8

/**
 * Connections that are kept open, each with one request under way. A client that parsed answers would cost as much as what is
 * measured: all answers to one request are alike, so their bytes are counted.
 */
export class Clients {
  readonly #sockets: Socket[]
  readonly #request: string
  readonly #answerBytes: number

  private constructor(sockets: Socket[], request: string, answerBytes: number) {
    this.#sockets = sockets
    this.#request = request
    this.#answerBytes = answerBytes
  }

  static async of(url: URL, path: string, headers: Record<string, string>, status: 200 | 304 = 200): Promise<Clients> {
    const lines = [
      `GET ${path} HTTP/1.1`,
      `host: ${url.host}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ]
    const request = `${lines.join('\r\n')}\r\n\r\n`
    const sockets = Array.from({ length: CONNECTIONS }, () => connect(Number(url.port), url.hostname).setNoDelay())
    await Promise.all(sockets.map(socket => once(socket, 'connect')))
    return new Clients(sockets, request, await answerBytes(sockets[0] as Socket, request, status))
  }

  /** Ends with the last answer. */
  async ask(requests: number): Promise<void> {
    let left = requests
    await Promise.all(
      this.#sockets.map(
        socket =>
          new Promise<void>((resolve, reject) => {
            let missing = 0
            const next = () => {
              if (left-- <= 0) {
                socket.off('data', onData)
                resolve()
                return
              }
              missing = this.#answerBytes
              socket.write(this.#request)
            }
            const onData = (bytes: Buffer) => {
              missing -= bytes.length
              if (missing < 0) reject(new Error('an answer differs from the first one'))
              if (missing === 0) next()
            }
            socket.on('data', onData)
            next()
          }),
      ),
    )
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

async function answerBytes(socket: Socket, request: string, status: 200 | 304): Promise<number> {
  socket.write(request)
  let seen = ''
  for (;;) {
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    seen += bytes.toString('latin1')
    const [head = '', body] = seen.split('\r\n\r\n')
    if (body === undefined) continue
    // 304 has no body (RFC 9110, 15.4.5).
    const length = status === 304 ? 0 : Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.NaN)
    if (!head.startsWith(`HTTP/1.1 ${status}`) || Number.isNaN(length)) throw new Error(`not as expected: ${head}`)
    if (seen.length >= head.length + 4 + length) return seen.length
  }
}
