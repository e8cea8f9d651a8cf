import { once } from 'node:events'
import { sleep } from './until.ts'

const ANSWERED_WITHIN_MS = 60_000
const LOOKS = 20
const BETWEEN_LOOKS_MS = 500

/**
 * Bytes that the Worker's isolate still holds after a collection, asked of its inspector: unlike the memory of the process
 * it is the product's own, and tells a leak of kilobytes. The least of ten seconds: under load a single look also counts the
 * requests and answers that are under way, which can be a third of what is held.
 */
export async function heapUsage(inspectorPort: number): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  // Wrangler lets nobody in who does not say where he comes from.
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '', { headers: { origin: 'http://localhost' } })
  await once(socket, 'open', { signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) })
  try {
    let least = Number.POSITIVE_INFINITY
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await sleep(BETWEEN_LOOKS_MS)
      await ask(socket, 2 * look, 'HeapProfiler.collectGarbage')
      const { usedSize } = (await ask(socket, 2 * look + 1, 'Runtime.getHeapUsage')) as { usedSize: number }
      least = Math.min(least, usedSize)
    }
    return least
  } finally {
    socket.close()
  }
}

async function ask(socket: WebSocket, id: number, method: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const hear = ({ data }: MessageEvent) => {
    const message = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (message.id === id) resolve(message.result)
  }
  const late = setTimeout(() => reject(new Error(`the inspector does not answer ${method}`)), ANSWERED_WITHIN_MS)
  socket.addEventListener('message', hear)
  socket.send(JSON.stringify({ id, method }))
  return promise.finally(() => {
    clearTimeout(late)
    socket.removeEventListener('message', hear)
  })
}
