import type { Desk } from '../desk.ts'
import { writeNotices } from '../messages/writeNotices.ts'
import { writePollState } from '../store/pollState.ts'
import { blindMessage, blindNoticeAt, keylessSince, watchNotice } from './blindNotice.ts'

/** Owes the receivers the message that the tracker is blind, where that is due. Its end is told by the poll that ends it. */
export function tellIfBlind(desk: Desk): void {
  const { ports, config } = desk
  const now = ports.now()
  const keyless = keylessSince(desk.memory.state, config, now)
  if (keyless !== null && keyless !== desk.memory.state.failingSince) desk.note({ failingSince: keyless })
  const at = blindNoticeAt(desk.memory.state, config)
  if (at === null || at > now) return
  desk.commit(memory => {
    const seq = memory.state.seq + 1
    const blindTold = blindMessage(memory.state, config, seq, now)
    writeNotices(desk, [watchNotice(blindTold)], seq, now)
    const state = { ...memory.state, seq, blindTold }
    writePollState(ports.sql, state)
    return { ...memory, state }
  })
  const told = desk.memory.state.blindTold
  ports.log({ event: 'blind', level: 'warn', failing_since: told?.failingSince, code: told?.trouble.code })
}
