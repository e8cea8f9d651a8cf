import { useView } from '../page/PageContext.ts'
import { Icon } from '../shell/Icon.tsx'

export function PollButton() {
  const { page, state } = useView()
  const busy = state.poll.kind === 'busy'
  return (
    <button
      type="button"
      class="button"
      aria-disabled={busy}
      title="Ask OpenAI now (r)"
      onClick={() => void page.pollNow()}
    >
      <Icon name="refresh" /> {busy ? 'Polling…' : 'Poll now'}
    </button>
  )
}
