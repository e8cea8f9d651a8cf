import { once } from 'node:events'

/** Sockets that wait for a frame. */
export class Audience {
  last = ''
  readonly #sockets: WebSocket[]
  #missing = 0
  #onAll: () => void = () => {}

  private constructor(sockets: WebSocket[], counts: (text: string) => boolean) {
    this.#sockets = sockets
    for (const socket of sockets) {
      socket.addEventListener('message', ({ data }) => {
        const text = String(data)
        if (!counts(text)) return
        this.last = text
        this.#missing -= 1
        if (this.#missing === 0) this.#onAll()
      })
    }
  }

  static async of(url: string, size: number, counts: (text: string) => boolean): Promise<Audience> {
    const sockets: WebSocket[] = []
    for (let socket = 0; socket < size; socket++) {
      const one = new WebSocket(url)
      await once(one, 'open')
      sockets.push(one)
    }
    return new Audience(sockets, counts)
  }

  /** Milliseconds until all have a frame that `cause` sends. */
  async until(cause: () => Promise<void>): Promise<number> {
    const all = new Promise<void>(resolve => {
      this.#onAll = resolve
    })
    this.#missing = this.#sockets.length
    const from = performance.now()
    const caused = cause()
    await all
    const ms = performance.now() - from
    await caused
    return ms
  }

  end(): void {
    for (const socket of this.#sockets) socket.close()
  }
}
