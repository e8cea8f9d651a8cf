import { sanitizeLabel } from '../alerts/sanitizeLabel.ts'
import { ALERT_KINDS, type AlertKind, TIERS, type Tier } from '../wire.ts'

/** What goes to a receiver, as the fragment of its URL says: `#kinds=threshold,billed&tiers=premium&min=95&name=ops`. */
export interface Choice {
  /** Null, here and below: the fragment does not say. */
  kinds: readonly AlertKind[] | null
  tiers: readonly Tier[] | null
  /** Percent of the limit, for messages that tell of one. */
  min: number | null
  /** What people call it. */
  name: string | null
}

/** A part of a fragment that was left out, and what it must be. What is no part at all may be a secret: its value is not kept. */
export interface OddPart {
  part: string
  wanted: string
}

const LONGEST_NAME = 40
const UNKNOWN = 'is unknown: there are kinds, tiers, min and name'

/** Whatever is odd is as if it were not there. */
export function parseChoice(fragment: string): { choice: Choice; odd: OddPart[] } {
  const choice: Choice = { kinds: null, tiers: null, min: null, name: null }
  const odd: OddPart[] = []
  for (const [key, value] of new URLSearchParams(fragment.replace(/^#/, ''))) {
    const wanted = take(choice, key, value)
    if (wanted !== null) odd.push({ part: wanted === UNKNOWN ? key : `${key}=${value}`, wanted })
  }
  return { choice, odd }
}

/** Takes a part over into `choice`; else says what it must be. */
function take(choice: Choice, key: string, value: string): string | null {
  switch (key) {
    case 'kinds': {
      const kinds = listIn(ALERT_KINDS, value)
      if (kinds !== null) choice.kinds = kinds
      return kinds === null ? `must be a comma list of ${ALERT_KINDS.join(', ')}` : null
    }
    case 'tiers': {
      const tiers = listIn(TIERS, value)
      if (tiers !== null) choice.tiers = tiers
      return tiers === null ? `must be a comma list of ${TIERS.join(', ')}` : null
    }
    case 'min': {
      const isPercent = /^\d{1,4}(\.\d{1,3})?%?$/.test(value)
      if (isPercent) choice.min = Number.parseFloat(value)
      return isPercent ? null : 'must be a percentage'
    }
    case 'name': {
      const name = sanitizeLabel(value, LONGEST_NAME)
      if (name !== '') choice.name = name
      return name === '' ? 'must be a name' : null
    }
    default:
      return UNKNOWN
  }
}

function listIn<T extends string>(all: readonly T[], value: string): readonly T[] | null {
  const parts = value.split(',').filter(part => part !== '')
  const known = all.filter(one => parts.includes(one))
  return parts.length > 0 && parts.every(part => known.some(one => one === part)) ? known : null
}
