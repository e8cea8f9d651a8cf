import type { Random } from '../engine/random.ts'
import { noticeKeyOf } from './noticeKey.ts'
import type { Answer } from './upstreamFaults.ts'

export const RECEIVER_MODES = [
  'ok',
  'error500',
  'later503',
  'limited429',
  'gone404',
  'gone410',
  'malformed400',
  'redirect',
  'refusesConnection',
  'losesAnswer',
  'hangs',
  'takesAndHangs',
  'takesAndDrips',
] as const
export type ReceiverMode = (typeof RECEIVER_MODES)[number]

export const RECEIVER_URLS = [
  'https://hooks.slack.com/services/T0/B0/canarysecret',
  'https://discord.com/api/webhooks/123/canarysecret',
  'https://alerts.example.net/hook/canarysecret',
  'https://second.example.net/hook/canarysecret',
  ...Array.from({ length: 6 }, (_, index) => `https://more${index}.example.net/hook/canarysecret`),
] as const

export interface Arrival {
  at: number
  /** Index into RECEIVER_URLS. */
  receiver: number
  /** What a message is about: date, tier and highest threshold, or the watch's news and the time in it. */
  key: string
  body: string
  webhookId: string | null
  /** The receiver has the message. */
  taken: boolean
  /** Null: no answer left the receiver. */
  status: number | null
  incarnation: number
}

/** The receivers of alerts, each in some mood, and everything that ever reached them. */
export class Receivers {
  readonly modes: ReceiverMode[] = RECEIVER_URLS.map(() => 'ok')
  readonly arrivals: Arrival[] = []
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  indexOf(url: URL): number {
    return RECEIVER_URLS.findIndex(known => url.href.startsWith(known))
  }

  /** Null: no answer ever. Throws on a broken connection. */
  answer(receiver: number, body: string, headers: Headers, at: number, incarnation: number): Answer | null {
    const mode = this.modes[receiver] ?? 'ok'
    const status = statusOf(mode, body)
    const taken = mode === 'losesAnswer' || mode === 'takesAndHangs' || (status !== null && status < 300)
    const key = keyOf(body)
    const webhookId = headers.get('webhook-id')
    if (mode !== 'refusesConnection')
      this.arrivals.push({ at, receiver, key, body, webhookId, taken, status, incarnation })
    if (mode === 'hangs' || mode === 'takesAndHangs') return null
    if (mode === 'losesAnswer' || mode === 'refusesConnection')
      throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    const wait = mode === 'limited429' || mode === 'later503' ? { 'retry-after': String(this.#random.int(1, 300)) } : {}
    const answer = status === 200 ? 'ok' : 'canary answer'
    return { status: status ?? 500, headers: wait, body: answer, drips: mode === 'takesAndDrips' }
  }
}

function statusOf(mode: ReceiverMode, body: string): number | null {
  switch (mode) {
    case 'ok':
    case 'takesAndDrips':
      return 200
    case 'error500':
      return 500
    case 'later503':
      return 503
    case 'limited429':
      return 429
    case 'gone404':
      return 404
    case 'gone410':
      return 410
    case 'redirect':
      return 302
    case 'malformed400':
      return body.includes('blocks') || body.includes('embeds') || body.includes('"data"') ? 400 : 200
    default:
      return null
  }
}

/** Read from the words that a person sees: date, tier and the highest threshold passed, as in the alert's id. */
function keyOf(body: string): string {
  const notice = noticeKeyOf(body)
  if (notice !== null) return notice
  const [, news, since] = /tracker (is blind|sees again)[^\d]*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}) UTC/.exec(body) ?? []
  if (since !== undefined) return `${news === 'is blind' ? 'blind' : 'seeing'} ${since}`
  if (body.includes('thresholds were passed on')) return missedKey(entriesIn(body))
  const resets = /(\d{4}-\d{2}-\d{2}) 00:00 UTC/.exec(body)?.[1]
  const date = resets === undefined ? '?' : new Date(Date.parse(resets) - 86_400_000).toISOString().slice(0, 10)
  const tier = /Alert: (PREMIUM|MINI)/.exec(body)?.[1]?.toLowerCase() ?? '?'
  const passed =
    /(?:Passed: |Thresholds passed(?:\\n|","value":"))([\d., %a-z]*?)(?: of the limit|")/.exec(body)?.[1] ?? '?'
  return `${date} ${tier} ${passed.split(', ').at(-1)?.replace('%', '')}`
}

/** What a message about days that are over is about: each of them by date, tier and highest threshold. */
export function missedKey(entries: readonly string[]): string {
  return `missed ${[...new Set(entries)].sort().join(' ')}`
}

function entriesIn(body: string): string[] {
  const line = /(\d{4}-\d{2}-\d{2}) (PREMIUM|MINI)(?:: |\\n|","value":")passed ([\d.]+)%/g
  return [...body.matchAll(line)].map(([, date, tier, threshold]) => `${date} ${tier?.toLowerCase()} ${threshold}`)
}
