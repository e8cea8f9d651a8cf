// Days and resets are UTC whatever is chosen here: the zone changes labels only.

export interface Zone {
  /** IANA name; null is the reader's own zone, which Date knows: to ask for its name takes up to 70 ms of a cold page. */
  name: string | null
  /** How a time in it is called: `your time`, `Tokyo`. */
  label: string
}

/** An unknown name falls back to the reader's own zone. */
export function zoneFor(choice: string): Zone {
  if (choice === 'utc') return { name: 'UTC', label: 'UTC' }
  if (choice !== 'local' && isZone(choice)) return { name: choice, label: cityOf(choice) }
  return { name: null, label: 'your time' }
}

/** `America/New_York` -> `New York`. */
export function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ')
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
