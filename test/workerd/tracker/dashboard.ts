import type { LiveFrame } from '../../../src/wire.ts'
import { contract } from '../contract/contract.ts'
import { leakWatch } from '../security/leakWatch.ts'

/** The page's end of a socket: its frames as they come. */
export class Dashboard {
  readonly socket: WebSocket
  readonly frames: LiveFrame[] = []
  readonly texts: string[] = []
  closed: { code: number; reason: string } | null = null

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.addEventListener('message', ({ data }) => {
      this.texts.push(String(data))
      leakWatch.saw('a frame', String(data))
      if (data !== 'pong') contract.sawFrame(String(data))
      if (data !== 'pong') this.frames.push(JSON.parse(String(data)) as LiveFrame)
    })
    socket.addEventListener('close', ({ code, reason }) => {
      this.closed = { code, reason }
      leakWatch.saw('a close frame', reason)
    })
    socket.accept()
  }

  of<T extends LiveFrame['type']>(type: T): Extract<LiveFrame, { type: T }>[] {
    return this.frames.filter((frame): frame is Extract<LiveFrame, { type: T }> => frame.type === type)
  }

  /** Waits in real time, Date being fake. */
  async until(condition: () => boolean, what = 'the dashboard'): Promise<void> {
    for (let turn = 0; turn < 400; turn++) {
      if (condition()) return
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    throw new Error(`${what}: not within 2 s; frames ${this.frames.map(frame => frame.type).join(', ')}`)
  }
}
