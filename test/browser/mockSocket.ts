// The server's half of a WebSocket, as far as the page uses it: short text frames and closes.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface MockSocket {
  send(text: string): void
  close(code: number): void
  /** Cuts the line without a word. */
  cut(): void
}

export function acceptSocket(request: IncomingMessage, line: Duplex, onText: (text: string) => void): MockSocket {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${MAGIC}`).digest('base64')
  line.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  line.on('data', (data: Buffer) => {
    if ((data[0] ?? 0) === 0x81) onText(unmask(data))
    if (((data[0] ?? 0) & 0x0f) === 8) line.end()
  })
  line.on('error', () => line.destroy())
  return {
    send: text => void line.write(frame(1, Buffer.from(text))),
    close: code => {
      const body = Buffer.alloc(2)
      body.writeUInt16BE(code)
      line.end(frame(8, body))
    },
    cut: () => void line.destroy(),
  }
}

function frame(opcode: number, body: Buffer): Buffer {
  const head = Buffer.alloc(body.length < 126 ? 2 : body.length < 65_536 ? 4 : 10)
  head[0] = 0x80 | opcode
  if (body.length < 126) head[1] = body.length
  else if (body.length < 65_536) {
    head[1] = 126
    head.writeUInt16BE(body.length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(body.length), 2)
  }
  return Buffer.concat([head, body])
}

function unmask(data: Buffer): string {
  const length = (data[1] ?? 0) & 0x7f
  const key = data.subarray(2, 6)
  return Buffer.from(data.subarray(6, 6 + length).map((byte, i) => byte ^ (key[i % 4] ?? 0))).toString()
}
