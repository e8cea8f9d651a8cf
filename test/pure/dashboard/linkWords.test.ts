import { describe, expect, it } from 'vitest'
import { linkWords } from '../../../src/dashboard/link/linkWords.ts'
import type { LinkState } from '../../../src/dashboard/link/liveLink.ts'

const NOW = 1_000_000

describe('linkWords', () => {
  it.each<[LinkState, string, string, boolean]>([
    [{ kind: 'live' }, 'ok', 'Live', false],
    [{ kind: 'idle' }, 'none', 'Not connected', false],
    [{ kind: 'connecting', attempt: 0 }, 'none', 'Connecting…', false],
    [{ kind: 'connecting', attempt: 1 }, 'warn', 'Reconnecting…', false],
    [{ kind: 'waiting', attempt: 1, retryAt: NOW + 3_001, since: NOW }, 'warn', 'Reconnecting in 4 s', true],
    [{ kind: 'waiting', attempt: 1, retryAt: NOW - 5_000, since: NOW }, 'warn', 'Reconnecting in 0 s', true],
    [{ kind: 'offline', since: NOW }, 'warn', 'Offline', true],
    [{ kind: 'paused' }, 'none', 'Paused', false],
    [{ kind: 'refused', why: 'signed_out' }, 'critical', 'Signed out', false],
    [{ kind: 'refused', why: 'origin' }, 'critical', 'Refused: this address is not allowed to go live', true],
    [{ kind: 'refused', why: 'locked' }, 'critical', 'Locked', true],
  ])('of %j are %s, "%s", try again: %s', (link, tone, text, retry) => {
    expect(linkWords(link, NOW)).toEqual({ tone, text, retry })
  })
})
