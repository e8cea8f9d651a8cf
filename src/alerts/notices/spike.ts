import { tokensByUser } from '../../usage/dayProfile.ts'
import { SPIKE_PART_OF_LIMIT, SPIKE_TIMES } from '../../usage/lookback.ts'
import { TIERS, type Tier } from '../../wire.ts'
import type { AlertRecord } from '../alertRecord.ts'
import { groupedDigits } from '../groupedDigits.ts'
import type { MessageWords } from '../messageWords.ts'
import { sanitizeLabel } from '../sanitizeLabel.ts'
import { shownName } from '../shownName.ts'
import type { DayFacts, NoticeOf } from './notice.ts'

/** API keys, or projects where a request had no key, that use far more than ever. One message for those of one reading. */
export interface SpikeMessage {
  kind: 'spike'
  id: string
  date: string
  firedAt: number
  /** Never empty; largest part of its limit first. */
  entries: SpikeEntry[]
}

export interface SpikeEntry {
  /** Foreign text. */
  id: string
  name: string
  of: 'api_key' | 'project'
  tier: Tier
  tokens: number
  limit: number
  /** Its highest day of the last fourteen; null: it was not seen in them. */
  highest: number | null
}

const MOST_LISTED = 10

/** Whether so much is news for one whose highest day is known; null: it was not seen. */
export function isSpike(tokens: number, highest: number | null): boolean {
  return tokens > (highest ?? 0) * SPIKE_TIMES
}

/**
 * Who may be unusual now, as far as the lookback knows the highest days: those of a hundred a day. At most one entry for each key
 * or project, for the tier in which it stands out most.
 */
export function spikesOf({ limits, groups, classify, lookback }: DayFacts): Omit<SpikeEntry, 'name' | 'highest'>[] {
  // Where nothing was used before, everything is new and nothing is unusual.
  if (lookback.usedDays === 0) return []
  const found = new Map<string, Omit<SpikeEntry, 'name' | 'highest'>>()
  const keys = new Set([...groups.values()].map(({ apiKey }) => apiKey))
  for (const tier of TIERS) {
    const limit = limits[tier]
    const { highest } = lookback.tiers[tier]
    for (const [id, tokens] of tokensByUser(groups, tier, classify)) {
      const before = Object.hasOwn(highest, id) ? (highest[id] ?? 0) : 0
      if (tokens < limit * SPIKE_PART_OF_LIMIT || !isSpike(tokens, before)) continue
      const of = keys.has(id) ? 'api_key' : 'project'
      const held = found.get(id)
      if (held === undefined || held.tokens / held.limit < tokens / limit)
        found.set(id, { id, of, tier, tokens, limit })
    }
  }
  return [...found.values()].sort((a, b) => b.tokens / b.limit - a.tokens / a.limit || (a.id < b.id ? -1 : 1))
}

export function spikeKey(date: string, id: string): string {
  return `spike ${date} ${id}`
}

/** `entries`: those that were not told on this date. */
export function spikeNotice(
  facts: DayFacts,
  entries: readonly SpikeEntry[],
  revision: number,
): NoticeOf<SpikeMessage> | null {
  if (entries.length === 0) return null
  const { date, nowS, installation } = facts
  const message: SpikeMessage = {
    kind: 'spike',
    id: `spike-${installation}-${date}-${revision}`,
    date,
    firedAt: nowS,
    entries: [...entries],
  }
  const records = entries.map(
    (entry): AlertRecord => ({
      kind: 'spike',
      key: spikeKey(date, entry.id),
      date,
      tier: entry.tier,
      threshold: null,
      tokensUsed: entry.tokens,
      limit: entry.limit,
      percentage: Math.round((entry.tokens / entry.limit) * 100),
      message: headline([entry]),
      firedAt: nowS,
      late: false,
    }),
  )
  return { records, message }
}

function headline(entries: readonly SpikeEntry[]): string {
  const [first] = entries
  if (first === undefined) return ''
  const what = first.of === 'api_key' ? 'API key' : 'project'
  const others = entries.length > 1 ? ` and ${entries.length - 1} more` : ''
  return `📈 OpenAI Usage: ${what} ${shownName(first.name, first.id)} is far above its usual use${others}`
}

export function spikeWords({ entries }: SpikeMessage): MessageWords {
  const facts = entries.slice(0, MOST_LISTED).map(entry => ({
    label: `${entry.of === 'api_key' ? 'API key' : 'Project'} ${shownName(entry.name, entry.id)}`,
    value: entryValue(entry),
  }))
  const more = entries.length - facts.length
  return {
    severity: 'warning',
    headline: headline(entries),
    sentences: facts.map(({ label, value }) => `${label}: ${value}.`),
    facts,
    notes: [
      ...(more > 0 ? [`and ${more} more, none of them larger.`] : []),
      'Why now: it uses more than four times its highest day of the last 14, and at least 5% of the limit.',
      'What to do: if nobody knows why, the key may have leaked: disable it at https://platform.openai.com/settings/organization/api-keys and look who used it.',
    ],
  }
}

function entryValue({ tokens, limit, tier, highest }: SpikeEntry): string {
  const part = `${groupedDigits(tokens)} ${tier} tokens today, ${Math.round((tokens / limit) * 100)}% of the limit`
  return highest === null
    ? `${part}; not seen in the last 14 days`
    : `${part}; its highest day of the last 14 had ${groupedDigits(highest)}`
}

/** At the top what the largest says: simple scripts read only that. */
export function spikeFields({ date, entries }: SpikeMessage): object {
  const [first] = entries
  return {
    date,
    ...(first !== undefined && entryFields(first)),
    entries: entries.slice(0, MOST_LISTED).map(entryFields),
  }
}

function entryFields({ id, name, of, tier, tokens, limit, highest }: SpikeEntry) {
  return {
    tier,
    by: of,
    who: { id: sanitizeLabel(id), name: sanitizeLabel(name) },
    tokens_used: tokens,
    limit_value: limit,
    percentage: Math.round((tokens / limit) * 100),
    highest_of_14_days: highest,
  }
}
