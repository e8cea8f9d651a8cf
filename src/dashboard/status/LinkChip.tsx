import { linkWords } from '../link/linkWords.ts'
import { usePlace, useServerNow } from '../page/PageContext.ts'
import { useStore } from '../page/store.ts'
import { Chip } from './Chip.tsx'

const TITLES = {
  ok: 'New numbers appear here by themselves',
  warn: 'The numbers below are the last ones that arrived',
  critical: 'No live updates',
  none: 'No live updates',
}

export function LinkChip() {
  const { page } = usePlace()
  const link = useStore(page.live.link)
  useServerNow(1)
  const words = linkWords(link, Date.now())
  return (
    <span class="link">
      <Chip tone={words.tone} icon={words.tone === 'ok' ? 'link' : 'cut'} title={TITLES[words.tone]}>
        {words.text}
      </Chip>
      {words.retry && (
        <button type="button" class="button small" onClick={() => page.retryNow()}>
          Retry now
        </button>
      )}
    </span>
  )
}
