import { useMemo, useState } from 'preact/hooks'
import { usePlace } from '../page/PageContext.ts'
import { cityOf } from '../words/zone.ts'
import { go } from './addressBar.ts'

const COMMON = [
  'America/Los_Angeles',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Sydney',
]

/** A zone that came with a link is offered too. */
export function ZoneSelect() {
  const { address } = usePlace()
  const zones = useMemo(
    () => (['utc', 'local', ...COMMON].includes(address.tz) ? COMMON : [address.tz, ...COMMON]),
    [address.tz],
  )
  const [own, setOwn] = useState('')
  // To ask for its name takes a cold page up to 70 ms: only for who is about to choose.
  const nameOwn = () => setOwn(` (${cityOf(Intl.DateTimeFormat().resolvedOptions().timeZone)})`)
  return (
    <select
      class="tool"
      aria-label="Time zone shown beside UTC"
      title="Time zone shown beside UTC. Days stay UTC."
      value={address.tz}
      onPointerEnter={nameOwn}
      onFocus={nameOwn}
      onChange={event => go({ tz: event.currentTarget.value })}
    >
      <option value="utc">UTC</option>
      <option value="local">My time{own}</option>
      {zones.map(zone => (
        <option key={zone} value={zone}>
          {cityOf(zone)}
        </option>
      ))}
    </select>
  )
}
