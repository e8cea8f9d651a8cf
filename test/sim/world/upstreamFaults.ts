import type { Random } from '../engine/random.ts'

export const UPSTREAM_FAULTS = [
  'refused401',
  'refused403',
  'gone404',
  'limited429',
  'limitedLong',
  'error500',
  'error503',
  'error503Retry',
  'reset',
  'hangs',
  'drips',
  'html',
  'truncated',
  'wrongType',
  'negative',
  'fraction',
  'tooLarge',
  'missingField',
  'conflict',
  'circle',
  'noCursor',
  'redirect',
  'overflows',
  'halfGone',
] as const
export type UpstreamFault = (typeof UPSTREAM_FAULTS)[number]

export interface Answer {
  status: number
  headers?: Record<string, string>
  body: string | null
  /** The body starts but never ends. */
  drips?: boolean
}

/** An answer that is none; null where the fault is in the right answer's text. */
export function failing(fault: UpstreamFault, random: Random): Answer | 'silent' | 'reset' | null {
  const error = JSON.stringify({ error: { message: 'Incorrect API key provided: sk-admin-****CANARY', type: 'x' } })
  switch (fault) {
    case 'refused401':
      return { status: 401, body: error }
    case 'refused403':
      return { status: 403, body: JSON.stringify({ error: 'Missing scopes: api.usage.read' }) }
    case 'gone404':
      return { status: 404, body: error }
    case 'limited429':
      return { status: 429, body: error, headers: { 'retry-after': String(random.int(1, 120)) } }
    case 'limitedLong':
      return { status: 429, body: error, headers: { 'retry-after': '100000' } }
    case 'error500':
      return { status: 500, body: error }
    case 'error503':
      return { status: 503, body: '<html>busy</html>' }
    case 'error503Retry':
      return { status: 503, body: error, headers: { 'retry-after': String(random.int(1, 60)) } }
    case 'redirect':
      return { status: 302, body: '', headers: { location: 'https://elsewhere.example/' } }
    case 'drips':
      return { status: 200, body: '{"object":"page","data":[', drips: true }
    case 'html':
      return { status: 200, body: '<!doctype html><title>Just a moment...</title>' }
    case 'hangs':
      return 'silent'
    case 'reset':
      return 'reset'
    default:
      return null
  }
}

/** A right answer made wrong; where it holds no group to spoil, it is cut. */
export function spoil(fault: UpstreamFault, text: string): string {
  const swap = (find: RegExp, by: string) => (find.test(text) ? text.replace(find, by) : text.slice(0, -5))
  switch (fault) {
    case 'wrongType':
      return swap(/"output_tokens":\d+/, '"output_tokens":"12"')
    case 'negative':
      return swap(/"input_tokens":\d+/, '"input_tokens":-5')
    case 'fraction':
      return swap(/"input_tokens":\d+/, '"input_tokens":1.5')
    case 'tooLarge':
      return swap(/"input_tokens":\d+/, '"input_tokens":1e999')
    case 'missingField':
      return swap(/"num_model_requests":\d+,/, '')
    case 'conflict':
      // A part of the bucket that comes again, with another number.
      return swap(
        /\{"object":"bucket","start_time":(\d+),"results":\[(\{[^}]*?"input_tokens":)(\d+)([^}]*\})/,
        '{"object":"bucket","start_time":$1,"results":[$27$3$4]},$&',
      )
    case 'overflows':
      return /"input_tokens":/.test(text)
        ? text.replace(/"(input|output)_tokens":\d+/g, `"$1_tokens":${Number.MAX_SAFE_INTEGER}`)
        : text.slice(0, -5)
    case 'circle':
      return text.replace(/"has_more":\w+,"next_page":[^}]*/, '"has_more":true,"next_page":"round"')
    case 'noCursor':
      return text.replace(/"has_more":\w+,"next_page":[^}]*/, '"has_more":true,"next_page":null')
    default:
      return text.slice(0, Math.floor(text.length / 2))
  }
}

/** Which buckets of a page `spoil` makes unreadable, the rest of the page being good; 'all' where the page is lost. */
export function spoiledStarts(fault: UpstreamFault, text: string): number[] | 'all' {
  const bad = BAD_ROW[fault]
  const at = bad === undefined ? -1 : text.search(bad)
  if (at < 0) return 'all'
  const buckets = [...text.matchAll(/"start_time":(\d+),"results":\[(\{|\])/g)]
  if (fault === 'overflows') return buckets.flatMap(([, start, rows]) => (rows === '{' ? Number(start) : []))
  return [Number(buckets.findLast(({ index }) => index < at)?.[1])]
}

const BAD_ROW: Partial<Record<UpstreamFault, RegExp>> = {
  wrongType: /"output_tokens":\d+/,
  negative: /"input_tokens":\d+/,
  fraction: /"input_tokens":\d+/,
  tooLarge: /"input_tokens":\d+/,
  missingField: /"num_model_requests":\d+,/,
  overflows: /"input_tokens":/,
}
