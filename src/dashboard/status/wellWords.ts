import type { StatusView } from '../../wire.ts'
import { clock } from '../words/clock.ts'
import { duration } from '../words/duration.ts'
import { plural } from '../words/tokens.ts'
import type { Zone } from '../words/zone.ts'

/** The status line of a tracker that is well, whatever the figures are: what a phone has room for, and the rest. */
export function wellWords(status: StatusView, now: number, zone: Zone): { what: string; more: string } {
  if (status.state === 'starting') return { what: 'Starting', more: ': the first answer from OpenAI is on its way' }
  const parts = ['']
  if (status.last_success) parts.push(`polled ${clock(status.last_success, zone)}`)
  if (status.next_poll)
    parts.push(status.next_poll > now ? `next poll in ${duration(status.next_poll - now)}` : 'next poll now')
  const { channels } = status.deliveries
  parts.push(
    channels.length === 0
      ? 'no webhook set: alerts are shown here only'
      : `alerts go to ${plural(channels.length, 'webhook')}`,
  )
  if (status.backfill === 'pending') parts.push('older days are still being read')
  return { what: 'The tracker is well', more: parts.join(' · ') }
}
