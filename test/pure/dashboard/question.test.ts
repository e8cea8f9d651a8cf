import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/dashboard/link/askServer.ts'
import { Question, UNASKED } from '../../../src/dashboard/page/question.ts'
import type { Problem } from '../../../src/wire.ts'

const problem: Problem = { type: '', title: 'Down', status: 503, detail: 'It is down.', code: 'x' }

/** A question whose answers are given by hand, and which adds up what it hears. */
function world() {
  const answers: ((answer: Answer<number>) => void)[] = []
  const timers: (() => void)[] = []
  const question = new Question<number>(
    {
      now: () => 1_000,
      quiet: () => false,
      refused: () => false,
      after: (_, run) => {
        timers.push(run)
        return () => timers.splice(timers.indexOf(run), 1)
      },
    },
    () => new Promise(done => answers.push(done)),
    (held, answer) => (held ?? 0) + answer,
  )
  question.hold()
  const give = async (at: number, answer: Answer<number>) => {
    answers[at]?.(answer)
    await new Promise(later => setImmediate(later))
  }
  return { question, timers, give }
}

describe('Question', () => {
  it('is answered unasked too: the fault ends, the next try is not made', async () => {
    const { question, timers, give } = world()
    void question.ask()
    await give(0, { ok: false, problem, retryAfter: null })
    expect([question.resource.get().problem, timers.length]).toEqual([problem, 1])
    question.put(7)
    expect(question.resource.get()).toEqual({ value: 7, problem: null, since: null, loading: false })
    expect(timers.length).toBe(0)
  })

  it('does not take an answer that is older than what came unasked', async () => {
    const { question, give } = world()
    void question.ask()
    question.put(7)
    await give(0, { ok: true, value: 100 })
    expect(question.value.get()).toBe(7)
  })

  it('moves with what else is known, and what is wrong stays wrong', async () => {
    const { question, give } = world()
    void question.ask()
    await give(0, { ok: false, problem, retryAfter: null })
    question.amend(held => (held ?? 0) + 1)
    expect(question.resource.get()).toMatchObject({ value: 1, problem, since: 1_000 })
  })

  it('folds a new answer into what is held', async () => {
    const { question, give } = world()
    question.put(7)
    void question.ask()
    await give(0, { ok: true, value: 3 })
    expect(question.value.get()).toBe(10)
  })

  it('forgets everything, also what is still being asked', async () => {
    const { question, give } = world()
    question.put(7)
    void question.ask()
    question.forget()
    await give(0, { ok: true, value: 3 })
    expect(question.resource.get()).toEqual(UNASKED)
  })
})
