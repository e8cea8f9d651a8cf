import { describe, expect, it } from 'vitest'
import { closeReason } from '../../../src/dashboard/link/closeReason.ts'
import { linkWords } from '../../../src/dashboard/link/linkWords.ts'
import { type LinkSocket, type LinkState, LiveLink } from '../../../src/dashboard/link/liveLink.ts'
import { parseFrame } from '../../../src/dashboard/link/parseFrame.ts'
import { retryDelay } from '../../../src/dashboard/link/retryDelay.ts'

interface FakeSocket extends LinkSocket {
  sent: string[]
  closed: boolean
}

function world() {
  let now = 0
  let timers: { at: number; run: () => void }[] = []
  const sockets: FakeSocket[] = []
  const states: LinkState[] = []
  const frames: number[] = []
  const link = new LiveLink(
    {
      open() {
        const socket: FakeSocket = {
          sent: [],
          closed: false,
          send: text => void socket.sent.push(text),
          close() {
            socket.closed = true
          },
          onmessage: null,
          onclose: null,
        }
        sockets.push(socket)
        return socket
      },
      now: () => now,
      chance: () => 1,
      after(ms, run) {
        const timer = { at: now + ms, run }
        timers.push(timer)
        return () => {
          timers = timers.filter(each => each !== timer)
        }
      },
    },
    { onFrame: frame => frames.push(frame.seq), onState: state => states.push(state) },
  )
  return {
    link,
    sockets,
    states,
    frames,
    get socket() {
      return sockets.at(-1) as FakeSocket
    },
    get pending() {
      return timers.length
    },
    say: (frame: unknown) =>
      sockets.at(-1)?.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) }),
    drop: (code = 1006) => sockets.at(-1)?.onclose?.({ code }),
    pass(ms: number) {
      now += ms
      for (const due of timers.filter(timer => timer.at <= now)) {
        timers = timers.filter(each => each !== due)
        due.run()
      }
    },
  }
}

const snapshot = (seq: number) => ({ type: 'snapshot', seq })

describe('LiveLink', () => {
  it('is live once the snapshot is there, not before', () => {
    const w = world()
    w.link.connect()
    expect(w.link.state.kind).toBe('connecting')
    w.say(snapshot(7))
    expect(w.link.state.kind).toBe('live')
  })

  it('drops frames that are older than what it has', () => {
    const w = world()
    w.link.connect()
    w.say(snapshot(7))
    w.say({ type: 'usage', seq: 6 })
    w.say({ type: 'usage', seq: 8 })
    w.say({ type: 'usage', seq: 8 })
    expect(w.frames).toEqual([7, 8])
  })

  it('takes a snapshot whatever its number: the server may have begun anew', () => {
    const w = world()
    w.link.connect()
    w.say(snapshot(700))
    w.drop()
    w.pass(1_000)
    w.say(snapshot(1))
    expect(w.frames).toEqual([700, 1])
  })

  it('waits longer each time and begins anew after success', () => {
    const w = world()
    w.link.connect()
    const waits: number[] = []
    for (let i = 0; i < 7; i++) {
      w.drop()
      const { state } = w.link
      const wait = state.kind === 'waiting' ? state.retryAt : 0
      waits.push(wait - waits.reduce((sum, each) => sum + each, 0))
      w.pass(waits.at(-1) ?? 0)
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    w.say(snapshot(1))
    w.drop()
    expect(w.link.state).toMatchObject({ kind: 'waiting', attempt: 1 })
  })

  it('gives up a socket that never sends a snapshot', () => {
    const w = world()
    w.link.connect()
    w.pass(15_000)
    expect(w.link.state.kind).toBe('waiting')
    expect(w.socket.closed).toBe(true)
  })

  it('pings a quiet socket and gives it up without an answer', () => {
    const w = world()
    w.link.connect()
    w.say(snapshot(1))
    w.pass(30_000)
    expect(w.socket.sent).toEqual(['ping'])
    w.pass(8_000)
    expect(w.link.state.kind).toBe('waiting')
  })

  it('stays when the ping is answered', () => {
    const w = world()
    w.link.connect()
    w.say(snapshot(1))
    w.pass(30_000)
    w.say('pong')
    w.pass(8_000)
    expect(w.link.state.kind).toBe('live')
  })

  it('asks a live socket at once after a sleep, and connects a waiting one', () => {
    const w = world()
    w.link.connect()
    w.say(snapshot(1))
    w.link.check()
    expect(w.socket.sent).toEqual(['ping'])
    w.drop()
    w.link.check()
    expect(w.sockets).toHaveLength(2)
  })

  it('does not come back by itself when refused', () => {
    const w = world()
    w.link.connect()
    w.drop(4401)
    expect(w.link.state).toEqual({ kind: 'refused', why: 'signed_out' })
    expect(w.pending).toBe(0)
  })

  it('leaves no timer behind while paused', () => {
    const w = world()
    w.link.connect()
    w.say(snapshot(1))
    w.link.pause()
    expect([w.pending, w.socket.closed, w.link.state.kind]).toEqual([0, true, 'paused'])
  })

  it('hears nothing more from a socket it has left', () => {
    const w = world()
    w.link.connect()
    const [old] = w.sockets
    const late = old?.onmessage
    w.link.connect()
    late?.({ data: JSON.stringify(snapshot(1)) })
    expect(w.frames).toEqual([])
  })
})

describe('closeReason', () => {
  it.each([
    [4401, 'signed_out'],
    [4403, 'origin'],
    [4503, 'locked'],
    [1012, null],
    [1008, null],
    [1006, null],
  ])('%i is %s', (code, reason) => expect(closeReason(code)).toBe(reason))
})

describe('retryDelay', () => {
  it('is at least half of its step', () =>
    expect([retryDelay(0, 0), retryDelay(3, 0), retryDelay(99, 1)]).toEqual([500, 4_000, 30_000]))
})

describe('parseFrame', () => {
  it.each(['pong', '{', 'null', '[]', '{"type":"usage"}', '{"type":"later","seq":1}'])('makes nothing of %s', text =>
    expect(parseFrame(text)).toBeNull(),
  )
})

describe('linkWords', () => {
  it('counts down to the next try', () => {
    const words = linkWords({ kind: 'waiting', attempt: 3, retryAt: 9_400, since: 0 }, 5_000)
    expect(words).toEqual({ tone: 'warn', text: 'Reconnecting in 5 s', retry: true })
  })
})
