import type { ChannelView } from '../../../wire.ts'

export function channelWords(channel: ChannelView): string {
  const waiting = channel.pending > 0 ? `, ${channel.pending} waiting` : ''
  const answer = channel.last_status === null ? (channel.last_error ?? '') : `HTTP ${channel.last_status}`
  switch (channel.state) {
    case 'ok':
      return `works${waiting}`
    case 'unused':
      return `not used yet${waiting}`
    case 'retrying':
      return `retrying (${answer})${waiting}`
    case 'parked':
      return `given up (${answer}), ${channel.parked} set aside`
  }
}
