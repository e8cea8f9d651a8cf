import { useMemo } from 'preact/hooks'
import { usePlace } from '../page/PageContext.ts'
import { go } from './addressBar.ts'

const LOCAL = Intl.DateTimeFormat().resolvedOptions().timeZone
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
  return (
    <select
      class="tool"
      aria-label="Time zone shown beside UTC"
      title="Time zone shown beside UTC. Days stay UTC."
      value={address.tz}
      onChange={event => go({ tz: event.currentTarget.value })}
    >
      <option value="utc">UTC</option>
      <option value="local">My time ({LOCAL.split('/').at(-1)?.replaceAll('_', ' ')})</option>
      {zones.map(zone => (
        <option key={zone} value={zone}>
          {zone.split('/').at(-1)?.replaceAll('_', ' ')}
        </option>
      ))}
    </select>
  )
}
