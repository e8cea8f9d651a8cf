import { useStatus } from '../page/PageContext.ts'
import { lazyPart } from '../shell/lazyPart.tsx'

const BrakeNote = lazyPart(() => import('./BrakeNote.tsx').then(each => each.default), 'unseen')

/** What the brake does, where it does something: its code is loaded only then. */
export function Brake() {
  const state = useStatus()?.brake.state
  // By its state: what was said before it moved is asked anew.
  return state === 'set' || state === 'releasing' || state === 'watching' ? <BrakeNote key={state} /> : null
}
