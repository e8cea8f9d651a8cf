import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/dashboard/link/askServer.ts'
import { afterFaults, UNASKED } from '../../../src/dashboard/page/question.ts'
import { Resources } from '../../../src/dashboard/page/resources.ts'
import type { Problem } from '../../../src/wire.ts'

const problem: Problem = { type: '', title: 'Down', status: 503, detail: 'It is down.', code: 'x' }

/** A server whose answers are given by hand, and a clock that is moved by hand. */
function world({ refused = false } = {}) {
  const asked: { path: string; answer: (answer: Answer<unknown>) => Promise<void> }[] = []
  const timers: { ms: number; run: () => void }[] = []
  const quiet = { on: false }
  const resources = new Resources({
    ask: path =>
      new Promise(done => {
        asked.push({
          path,
          answer: async given => {
            done(given)
            await new Promise(later => setImmediate(later))
          },
        })
      }),
    now: () => 1_000 + asked.length,
    after: (ms, run) => {
      const timer = { ms, run }
      timers.push(timer)
      return () => {
        timers.splice(timers.indexOf(timer), 1)
      }
    },
    refused: () => refused,
    quiet: () => quiet.on,
  })
  const fail = (at: number) => asked[at]?.answer({ ok: false, problem, retryAfter: null })
  const succeed = (at: number, value: unknown) => asked[at]?.answer({ ok: true, value })
  return { resources, asked, timers, fail, succeed, quiet }
}

describe('Resources', () => {
  it('asks once for all who watch, and shows all of them the answer', async () => {
    const { resources, asked, succeed } = world()
    const [first, second] = [resources.watch('/a'), resources.watch('/a')]
    expect(asked.map(({ path }) => path)).toEqual(['/a'])
    expect(first.store.get()).toEqual(UNASKED)
    await succeed(0, 7)
    expect([first.store.get().value, second.store.get().value, resources.peek('/a').loading]).toEqual([7, 7, false])
  })

  it('says what is wrong and since when, asks again by itself, and is well again by itself', async () => {
    const { resources, timers, fail, succeed, asked } = world()
    const { store } = resources.watch('/a')
    await fail(0)
    expect(store.get()).toEqual({ value: null, problem, since: 1_001, loading: false })
    expect(timers.map(({ ms }) => ms)).toEqual([3_000])
    timers[0]?.run()
    await fail(1)
    expect([store.get().since, timers.map(({ ms }) => ms)]).toEqual([1_001, [6_000]])
    timers[0]?.run()
    await succeed(2, 'here')
    expect(store.get()).toEqual({ value: 'here', problem: null, since: null, loading: false })
    expect([timers.length, asked.length]).toEqual([0, 3])
  })

  it('keeps what is known while a later ask fails', async () => {
    const { resources, fail, succeed } = world()
    const { store } = resources.watch('/a')
    await succeed(0, 7)
    resources.refresh()
    await fail(1)
    expect([store.get().value, store.get().problem]).toEqual([7, problem])
  })

  it('refreshes what is watched and begins with the prefix, nothing else', async () => {
    const { resources, asked } = world()
    resources.watch('/api/breakdown?by=user')
    resources.watch('/api/costs')
    resources.watch('/api/breakdown?by=model').release()
    resources.refresh('/api/breakdown')
    expect(asked.map(({ path }) => path)).toEqual([
      '/api/breakdown?by=user',
      '/api/costs',
      '/api/breakdown?by=model',
      '/api/breakdown?by=user',
    ])
  })

  it('believes the answer to the last question, in whatever order answers come', async () => {
    const { resources, succeed } = world()
    const { store } = resources.watch('/a')
    resources.refresh()
    await succeed(1, 'new')
    await succeed(0, 'old')
    expect(store.get().value).toBe('new')
  })

  it('stops asking when nobody watches, and asks at once when somebody does again', async () => {
    const { resources, timers, fail, asked } = world()
    const { release } = resources.watch('/a')
    await fail(0)
    release()
    expect(timers).toEqual([])
    resources.watch('/a')
    expect(asked.length).toBe(2)
  })

  it('waits with the next try until somebody looks again', async () => {
    const { resources, timers, fail, asked, quiet } = world()
    resources.watch('/a')
    await fail(0)
    quiet.on = true
    timers[0]?.run()
    expect([asked.length, timers.length]).toEqual([1, 2])
    quiet.on = false
    timers[1]?.run()
    expect(asked.length).toBe(2)
  })

  it('leaves nothing behind when a session ends', async () => {
    const { resources, succeed } = world()
    const { store } = resources.watch('/a')
    await succeed(0, 'secret')
    resources.refresh()
    resources.forget()
    await succeed(1, 'more')
    expect([store.get(), resources.peek('/a')]).toEqual([UNASKED, UNASKED])
  })

  it('shows nothing of an answer that means that nobody is signed in', async () => {
    const { resources, fail, timers } = world({ refused: true })
    const { store } = resources.watch('/a')
    await fail(0)
    expect([store.get().problem, timers.length]).toEqual([null, 0])
  })
})

describe('afterFaults', () => {
  const bad = { value: null, problem, since: 1, loading: false }
  it('waits ever longer, up to a minute, and not at all after a success', () => {
    expect([1, 2, 5, 6, 99].map(tries => afterFaults(bad, tries))).toEqual([3_000, 6_000, 48_000, 60_000, 60_000])
    expect(afterFaults({ ...bad, problem: null }, 1)).toBeNull()
  })
})
