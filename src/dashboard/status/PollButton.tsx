import { usePlace } from '../page/PageContext.ts'
import { useStore } from '../page/store.ts'
import { Icon } from '../shell/Icon.tsx'

export function PollButton() {
  const { page } = usePlace()
  const busy = useStore(page.polling.outcome).kind === 'busy'
  return (
    <button
      type="button"
      class="button"
      aria-disabled={busy}
      title="Ask OpenAI now (r)"
      onClick={() => void page.polling.pollNow()}
    >
      <Icon name="refresh" /> {busy ? 'Polling…' : 'Poll now'}
    </button>
  )
}
