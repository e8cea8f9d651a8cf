import { useState } from 'preact/hooks'
import type { ReceiverTestView } from '../../../wire.ts'
import { post } from '../../link/askServer.ts'
import { testWords } from './testWords.ts'

type Test = { kind: 'none' } | { kind: 'busy' } | { kind: 'done'; tone: 'ok' | 'warn'; words: string }

/** Sends one receiver a message that says it is a test, and shows what came back. */
export function TestReceiver({ id }: { id: string }) {
  const [test, setTest] = useState<Test>({ kind: 'none' })
  const send = async () => {
    if (test.kind === 'busy') return
    setTest({ kind: 'busy' })
    const answer = await post<ReceiverTestView>(`/api/receivers/${encodeURIComponent(id)}/test`, {})
    setTest({ kind: 'done', ...testWords(answer) })
  }
  return (
    <>
      <button
        type="button"
        class="button"
        aria-disabled={test.kind === 'busy'}
        aria-label={`Send a test to ${id}`}
        onClick={() => void send()}
      >
        {test.kind === 'busy' ? 'Sending…' : 'Send a test'}
      </button>
      <output aria-live="polite" class={test.kind === 'done' ? `tone-${test.tone}` : ''}>
        {test.kind === 'done' && ` ${test.words}`}
      </output>
    </>
  )
}
