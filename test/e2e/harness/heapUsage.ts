import { once } from 'node:events'

const ANSWERED_WITHIN_MS = 60_000

/**
 * Bytes that the Worker's isolate still holds after a collection, asked of its inspector: unlike the memory of the process
 * it is the product's own, and tells a leak of kilobytes.
 */
export async function heapUsage(inspectorPort: number): Promise<number> {
  const [target] = (await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  // Wrangler lets nobody in who does not say where he comes from.
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? '', { headers: { origin: 'http://localhost' } })
  await once(socket, 'open', { signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) })
  try {
    await ask(socket, 1, 'HeapProfiler.collectGarbage')
    const { usedSize } = (await ask(socket, 2, 'Runtime.getHeapUsage')) as { usedSize: number }
    return usedSize
  } finally {
    socket.close()
  }
}

async function ask(socket: WebSocket, id: number, method: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const late = setTimeout(() => reject(new Error(`the inspector does not answer ${method}`)), ANSWERED_WITHIN_MS)
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (message.id === id) resolve(message.result)
  })
  socket.send(JSON.stringify({ id, method }))
  return promise.finally(() => clearTimeout(late))
}
