import type { LinkSocket, LinkWorld } from '../link/liveLink.ts'

export const browserWorld: LinkWorld = {
  open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/live`) as unknown as LinkSocket,
  now: () => Date.now(),
  chance: () => Math.random(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
