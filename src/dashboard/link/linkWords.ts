import { duration } from '../words/duration.ts'
import type { LinkState } from './liveLink.ts'

export interface LinkWords {
  tone: 'ok' | 'warn' | 'critical' | 'none'
  text: string
  /** Whether trying again now makes sense. */
  retry: boolean
}

/** `now` in milliseconds, of the clock that made `retryAt`. */
export function linkWords(link: LinkState, now: number): LinkWords {
  switch (link.kind) {
    case 'live':
      return { tone: 'ok', text: 'Live', retry: false }
    case 'idle':
      return { tone: 'none', text: 'Not connected', retry: false }
    case 'connecting':
      return {
        tone: link.attempt === 0 ? 'none' : 'warn',
        text: link.attempt === 0 ? 'Connecting…' : 'Reconnecting…',
        retry: false,
      }
    case 'waiting':
      return {
        tone: 'warn',
        text: `Reconnecting in ${duration(Math.ceil(Math.max(0, link.retryAt - now) / 1000))}`,
        retry: true,
      }
    case 'offline':
      return { tone: 'warn', text: 'Offline', retry: true }
    case 'paused':
      return { tone: 'none', text: 'Paused', retry: false }
    case 'refused':
      return { tone: 'critical', text: REFUSED[link.why], retry: link.why !== 'signed_out' }
  }
}

const REFUSED = {
  signed_out: 'Signed out',
  origin: 'Refused: this address is not allowed to go live',
  locked: 'Locked',
}
