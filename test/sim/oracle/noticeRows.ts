import type { NamedKind } from '../scenario/kindSettings.ts'
import { plainName } from '../world/noticeKey.ts'
import type { World } from '../world/world.ts'

/** A row of the book of alerts, of whatever kind. Unix seconds. */
export interface NoticeRow {
  id: number
  kind: NamedKind
  key: string
  timestamp: number
  date: string
  tier: 'premium' | 'mini' | null
  threshold: number | null
  tokens_used: number
  limit_value: number
  message_id: string | null
}

export function readRows(world: World): NoticeRow[] {
  return world.disk.read<NoticeRow>('SELECT * FROM alert_book ORDER BY id')
}

/** What the messages of the other kinds are about, by their ids: as `noticeKeyOf` reads it from their words. */
export function readNoticeKeys(world: World): Map<string, string> {
  const keys = new Map<string, string>()
  for (const { id, body } of world.disk.read<{ id: string; body: string }>('SELECT id, body FROM message')) {
    const key = keyOf(JSON.parse(body) as StoredNotice)
    if (key !== null) keys.set(id, key)
  }
  return keys
}

interface StoredNotice {
  date?: string
  kind: string
  tier: string
  tokensUsed: number
  limit: number
  runsOutAt: number
  billedTokens: number
  freeTokens: number
  requests: number
  entries: { tokens: number; tier: string; limit: number }[]
  models: { model: string; tokens: number }[]
  month: string
  threshold: number
  resetsAt: number
  since: number
  asOf: number | null
}

const digits = (count: number) => count.toLocaleString('en-US')
/** The reset is the end of the date that is spoken of. */
const clock = (seconds: number) => minute(seconds).slice(11).replace('00:00', '24:00')
const minute = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')

function keyOf(of: StoredNotice): string | null {
  const [entry] = of.entries ?? []
  switch (of.kind) {
    case 'pace':
      return `pace ${of.tier} ${clock(of.runsOutAt)} ${digits(of.tokensUsed)} of ${digits(of.limit)}`
    case 'billed':
      return `billed ${of.tier} ${digits(of.billedTokens)} ${digits(of.freeTokens)} of ${digits(of.limit)}`
    case 'free_stopped':
      return `free_stopped ${of.tier} ${digits(of.billedTokens)} ${digits(of.requests)}`
    case 'spike':
      if (entry === undefined || entry.limit === undefined) return 'spike ?'
      return `spike ${digits(entry.tokens)} ${entry.tier} ${Math.round((entry.tokens / entry.limit) * 100)}`
    case 'budget':
      return `budget ${of.month} ${of.threshold}%`
    case 'new_model':
      return `new_model ${plainName(of.models[0]?.model ?? '').toLowerCase()} ${digits(of.models[0]?.tokens ?? 0)} ${of.date}`
    case 'leftover':
      return `leftover ${minute(of.resetsAt).slice(0, 10)}`
    case 'digest':
      return `digest ${minute(of.since)} ${of.asOf === null ? '?' : minute(of.asOf)}`
    default:
      return null
  }
}
