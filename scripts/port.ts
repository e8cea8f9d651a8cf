import { createServer } from 'node:net'

/** The number in `text`, or an error that names where it came from. */
export function readPort(name: string, text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port >= 1 && port <= 65_535) return port
  throw new Error(`${name} must be a port from 1 to 65535, but is '${text}'.`)
}

/** Wrangler would take another port without a word, or fail with a page of text. */
export async function needFreePort(port: number, whose: string, choose: string): Promise<void> {
  if (await isFree(port)) return
  throw new Error(`Port ${port}, for ${whose}, is in use by another program. Choose another: ${choose}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false)
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
