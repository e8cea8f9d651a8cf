// The page's only running timer. It stops while nobody looks, and says when it was itself stopped for long: a laptop
// that slept for eight hours notices here, before any socket does.
import { useEffect, useState } from 'preact/hooks'

const TICK_MS = 1_000
const JUMP_MS = 10_000

export interface Ticker {
  subscribe(run: () => void): () => void
  run(): void
  stop(): void
  /** Tells all at once: the clock itself was put right. */
  again(): void
}

export function createTicker(onJump: () => void): Ticker {
  const runs = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | null = null
  let last = Date.now()
  const tick = () => {
    const now = Date.now()
    const jumped = Math.abs(now - last) > JUMP_MS
    last = now
    again()
    if (jumped) onJump()
  }
  const again = () => {
    for (const run of runs) run()
  }
  return {
    again,
    subscribe(run) {
      runs.add(run)
      return () => runs.delete(run)
    },
    run() {
      if (timer !== null) return
      last = Date.now()
      timer = setInterval(tick, TICK_MS)
      again()
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}

/** The server's clock in Unix seconds, in steps: what is said in minutes is drawn once a minute. */
export function useNow(ticker: Ticker, offset: () => number, step: number): number {
  const read = () => Math.floor((Date.now() / 1000 + offset()) / step) * step
  const [now, setNow] = useState(read)
  useEffect(() => {
    setNow(read())
    return ticker.subscribe(() => setNow(read()))
  }, [ticker, step])
  return now
}
