// Days and resets are UTC whatever is chosen here: the zone changes labels only.

export interface Zone {
  /** IANA name. */
  name: string
  /** How a time in it is called: `your time`, `Tokyo`. */
  label: string
}

/** An unknown name falls back to the reader's own zone. */
export function zoneFor(choice: string, local: string): Zone {
  if (choice === 'utc') return { name: 'UTC', label: 'UTC' }
  if (choice !== 'local' && isZone(choice)) {
    return { name: choice, label: (choice.split('/').at(-1) ?? choice).replaceAll('_', ' ') }
  }
  return { name: local, label: 'your time' }
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
