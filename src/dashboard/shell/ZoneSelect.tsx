import { useEffect, useMemo, useState } from 'preact/hooks'
import { usePlace } from '../page/PageContext.ts'
import { cityOf } from '../words/zone.ts'
import { go } from './addressBar.ts'

/** To ask for the name takes long at first: the numbers come before it. */
const NAMED_AFTER_MS = 1_000
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
  useEffect(() => {
    const later = setTimeout(
      () => setOwn(` (${cityOf(Intl.DateTimeFormat().resolvedOptions().timeZone)})`),
      NAMED_AFTER_MS,
    )
    return () => clearTimeout(later)
  }, [])
  return (
    <select
      class="tool"
      aria-label="Time zone shown beside UTC"
      title="Time zone shown beside UTC. Days stay UTC."
      value={address.tz}
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
