import { h } from 'preact'
import { Brake } from '../brake/Brake.tsx'
import { usePlace } from '../page/PageContext.ts'
import { Notes } from '../status/Notes.tsx'
import { Help, Kiosk, VIEW_PARTS } from './parts.ts'
import { Tools } from './Tools.tsx'
import { TopBar } from './TopBar.tsx'
import { useKeys } from './useKeys.ts'
import { useNarrow } from './useNarrow.ts'

export function Board() {
  const { address } = usePlace()
  const narrow = useNarrow()
  useKeys()
  if (address.kiosk) return <Kiosk />
  return (
    <div class="board">
      <TopBar withTools={!narrow} />
      <main id="view">
        <Brake />
        <Notes full={address.view === 'today' || address.view === 'status'} />
        {h(VIEW_PARTS[address.view], {})}
      </main>
      {narrow && (
        <footer class="bottom">
          <Tools />
        </footer>
      )}
      <Help />
    </div>
  )
}
