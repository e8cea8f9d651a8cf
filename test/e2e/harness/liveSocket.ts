import type { LiveFrame } from '../../../src/wire.ts'

const SNAPSHOT_WITHIN_MS = 20_000

export interface LiveSocket {
  frames: LiveFrame[]
  /** Premium tokens of every frame that carried usage. */
  usageTotals(): number[]
  hangUp(): void
}

/** A dashboard's connection, open once its snapshot is there. */
export function openLive(url: string): Promise<LiveSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/live`)
    const frames: LiveFrame[] = []
    const late = setTimeout(() => reject(new Error('no snapshot came over the socket')), SNAPSHOT_WITHIN_MS)
    socket.addEventListener('error', () => reject(new Error('the socket failed')))
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as LiveFrame
      frames.push(frame)
      if (frame.type !== 'snapshot') return
      clearTimeout(late)
      resolve({
        frames,
        usageTotals: () => frames.flatMap(f => ('usage' in f ? [f.usage.premium.tokens_used] : [])),
        hangUp: () => socket.close(),
      })
    })
  })
}
