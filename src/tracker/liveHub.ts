import type { FrameBody } from './ports.ts'

// The dashboards' sockets. They hibernate: whatever must outlive a nap is in the attachment or in storage.

/** Who listens on a socket, and for how long. */
export interface Listener {
  /** Unix seconds; null for a socket whose right to listen does not end. */
  expiresAt: number | null
  /** The session that opened it; null for a socket that no cookie opened. */
  sessionId: string | null
}

/** Numbers reserved at a time, so that a frame costs no write and numbers rise over evictions and restarts. */
const RESERVED_AT_A_TIME = 1000
/** More sockets than any team has dashboards; each costs memory and time at every push. */
export const MOST_SOCKETS = 1000
export const LARGEST_MESSAGE_CHARS = 1024

/** Close codes that the page tells from a lost connection. */
export const CLOSE_SESSION_OVER = 4401
export const CLOSE_POLICY = 1008
const CLOSE_TRY_LATER = 1013

export interface FrameNumbers {
  reserved(): number
  reserve(upTo: number): void
}

export class LiveHub {
  readonly #ctx: DurableObjectState
  readonly #numbers: FrameNumbers
  #next: number | null = null
  #end = 0

  constructor(ctx: DurableObjectState, numbers: FrameNumbers) {
    this.#ctx = ctx
    this.#numbers = numbers
    // Answered without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  accept(listener: Listener, first: FrameBody, nowS: number): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.#ctx.acceptWebSocket(server)
    if (this.count() > MOST_SOCKETS) {
      close(server, CLOSE_TRY_LATER, 'too many dashboards are connected')
      return new Response(null, { status: 101, webSocket: client })
    }
    server.serializeAttachment(listener)
    this.#send(server, this.#number(first), nowS)
    return new Response(null, { status: 101, webSocket: client })
  }

  broadcast(frames: readonly FrameBody[], nowS: number): void {
    const sockets = this.#open()
    if (sockets.length === 0) return
    const texts = frames.map(frame => this.#number(frame))
    for (const socket of sockets) for (const text of texts) this.#send(socket, text, nowS)
  }

  /** Closes the sockets that a session opened. */
  endSession(id: string): void {
    for (const socket of this.#open()) {
      if (listenerOf(socket).sessionId === id) close(socket, CLOSE_SESSION_OVER, 'signed out')
    }
  }

  count(): number {
    return this.#open().length
  }

  /** Clients have nothing to say but `ping`, which never gets here. */
  refuse(socket: WebSocket): void {
    close(socket, CLOSE_POLICY, 'only ping is understood')
  }

  /** Answers a close: workerd sends none for hibernatable sockets. Reserved codes must not be sent. */
  closed(socket: WebSocket, code: number): void {
    close(socket, code === 1005 || code === 1006 || code === 1015 ? 1000 : code, '')
  }

  #send(socket: WebSocket, text: string, nowS: number): void {
    const { expiresAt } = listenerOf(socket)
    if (expiresAt !== null && expiresAt <= nowS) {
      close(socket, CLOSE_SESSION_OVER, 'session expired')
      return
    }
    try {
      socket.send(text)
    } catch {
      close(socket, 1011, 'send failed')
    }
  }

  #number(frame: FrameBody): string {
    this.#next ??= this.#numbers.reserved()
    if (this.#next >= this.#end) {
      const end = this.#next + RESERVED_AT_A_TIME
      // Storage may refuse: numbers that are not reserved would come again after the next start.
      this.#numbers.reserve(end)
      this.#end = end
    }
    const { type, ...rest } = frame
    const seq = ++this.#next
    if (!('usageText' in rest)) return JSON.stringify({ type, seq, ...rest })
    const { usageText, ...others } = rest
    return `${JSON.stringify({ type, seq, ...others }).slice(0, -1)},"usage":${usageText}}`
  }

  #open(): WebSocket[] {
    return this.#ctx.getWebSockets().filter(socket => socket.readyState === WebSocket.OPEN)
  }
}

/** Taking an attachment apart costs more than the send, and a push meets a thousand of them. */
const listeners = new WeakMap<WebSocket, Listener>()

function listenerOf(socket: WebSocket): Listener {
  let listener = listeners.get(socket)
  if (listener === undefined) {
    listener = (socket.deserializeAttachment() ?? { expiresAt: null, sessionId: null }) as Listener
    listeners.set(socket, listener)
  }
  return listener
}

function close(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason)
  } catch {
    // Already closed by the other side.
  }
}
