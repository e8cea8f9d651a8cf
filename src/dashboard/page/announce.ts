import { type AlertView, TIERS, type UsageView } from '../../wire.ts'
import type { LinkState } from '../link/liveLink.ts'
import { STATE_WORDS, tierState } from '../tiers/tierState.ts'
import { cleanLabel } from '../words/cleanLabel.ts'
import { percent, plural } from '../words/tokens.ts'
import type { Facts } from './facts.ts'
import { type Readable, Store } from './store.ts'

export interface Heard {
  usage: UsageView | null
  alerts: readonly AlertView[] | null
  link: LinkState
  /** The link was lost, and has not been live since. */
  wasLost: boolean
}

/** What a screen reader is told of whatever moves, once for all that moved together. */
export function announcer({ usage, alerts }: Facts, link: Readable<LinkState>): Readable<string> {
  const said = new Store('')
  const read = (wasLost: boolean): Heard => {
    const { kind } = link.get()
    const isLost = kind === 'waiting' || kind === 'offline' || (wasLost && kind !== 'live')
    return { usage: usage.value.get(), alerts: alerts.value.get(), link: link.get(), wasLost: isLost }
  }
  let before = read(false)
  let isDue = false
  const hear = () => {
    isDue = false
    const after = read(before.wasLost)
    const words = announce(before, after)
    before = after
    if (words.length > 0) said.set(words.join('. '))
  }
  const moved = () => {
    if (!isDue) queueMicrotask(hear)
    isDue = true
  }
  for (const each of [usage.value, alerts.value, link]) each.subscribe(moved)
  return said
}

/** What a screen reader is told: changes of state, never each number. Empty most of the time. */
export function announce(before: Heard, after: Heard): string[] {
  return [...tiers(before, after), ...link(before, after), ...data(before, after), ...alerts(before, after)]
}

function tiers(before: Heard, after: Heard): string[] {
  if (!before.usage || !after.usage) return []
  const said: string[] = []
  if (before.usage.date !== after.usage.date) said.push(`A new UTC day has begun: ${after.usage.date}`)
  for (const tier of TIERS) {
    const now = tierState(after.usage[tier])
    if (now === tierState(before.usage[tier])) continue
    const { counted_tokens, limit } = after.usage[tier]
    said.push(`${tier} tier: ${STATE_WORDS[now]}${limit > 0 ? `, ${percent(counted_tokens / limit)}` : ''}`)
  }
  return said
}

function link(before: Heard, after: Heard): string[] {
  const [was, is] = [before.link.kind, after.link.kind]
  if (was === is) return []
  if (was === 'live' && is === 'waiting') return ['Live connection lost, reconnecting']
  if (is === 'offline') return ['This device is offline']
  if (is === 'live' && before.wasLost) return ['Live connection is back']
  return []
}

function data(before: Heard, after: Heard): string[] {
  if (!before.usage || !after.usage || before.usage.stale === after.usage.stale) return []
  return [after.usage.stale ? 'The data is stale' : 'The data is up to date again']
}

function alerts(before: Heard, after: Heard): string[] {
  if (!before.alerts || !after.alerts) return []
  const known = new Set(before.alerts.map(alert => alert.id))
  const fresh = after.alerts.filter(alert => !known.has(alert.id))
  if (fresh.length === 0) return []
  const [first] = fresh
  return [
    fresh.length === 1 && first
      ? `New alert: ${first.threshold !== null && first.tier !== null ? `${first.tier} tier at ${first.percentage} %` : cleanLabel(first.message)}`
      : plural(fresh.length, 'new alert'),
  ]
}
