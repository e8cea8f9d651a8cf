import { DAY_S, floorTo } from '../../usage/utcDay.ts'
import { askTracker } from '../askTracker.ts'
import { type Call, nowSeconds } from '../call.ts'
import type { TableName } from '../csv/tables.ts'
import { oneOf } from '../queryParams.ts'
import { Refusal } from '../refusal.ts'
import { Reply } from '../reply.ts'
import { isNoneMatch } from './entityTag.ts'

type Handler = (call: Call) => object | Promise<object>

interface Abilities {
  /** With an `ETag`, and 304 to who has it already. */
  tagged?: true
  /** `format=csv`, with the columns of this table. */
  table?: TableName
  /** Until when (Unix seconds) a view stays as it is although nothing is written; by default until the UTC day is over. */
  holdsUntil?(view: object, call: Call): number
}

/**
 * What a read does beside its JSON. 304 costs one short question to the object: while its revision is the one for which an
 * answer was made, the answer would be the same, and nothing is read or made. docs/decisions/0021 says why that is exact.
 */
export function read(handler: Handler, { tagged, table, holdsUntil }: Abilities): Handler {
  return async call => {
    const format = table === undefined ? 'json' : formatOf(call)
    if (format instanceof Refusal) return format
    const condition = tagged ? call.request.headers.get('if-none-match') : null
    const query = call.request.url
    // Read before the answer is made: what is written meanwhile makes it another one.
    const revision = condition === null ? null : await askTracker(call, tracker => tracker.revision())
    if (condition !== null && revision !== null) {
      const tag = call.isolate.answers.tagOf(query, revision, call.now)
      if (tag !== null && isNoneMatch(condition, tag)) return notModified(tag)
    }
    const view = await handler(call)
    if (view instanceof Refusal) return view
    const reply = await replyOf(view, table, format, call)
    if (!tagged) return reply
    const tag = call.isolate.answers.tagFor(reply.text ?? '')
    if (condition !== null && revision !== null) {
      const midnight = floorTo(nowSeconds(call), DAY_S) + DAY_S
      const until = Math.min(midnight, holdsUntil?.(view, call) ?? midnight) * 1000
      call.isolate.answers.keep(query, { revision, from: call.now, until, tag })
      if (isNoneMatch(condition, tag)) return notModified(tag)
    }
    return new Reply(reply.text, { status: reply.status, headers: reply.headers, tag })
  }
}

type Format = 'json' | 'csv' | 'csv with a byte order mark'

function formatOf({ url: { searchParams } }: Call): Format | Refusal {
  const format = oneOf(searchParams, 'format', ['json', 'csv'])
  if (format instanceof Refusal) return format
  const bom = oneOf(searchParams, 'bom', ['0', '1'])
  if (bom instanceof Refusal) return bom
  if (format !== 'csv') return 'json'
  return bom === '1' ? 'csv with a byte order mark' : 'csv'
}

async function replyOf(view: object, table: TableName | undefined, format: Format, call: Call): Promise<Reply> {
  if (view instanceof Reply) return view
  if (table === undefined || format === 'json') return Reply.json(view)
  // Most who read never ask for it.
  const { csvReply } = await import('../csv/csvReply.ts')
  return csvReply(table, view, { params: call.url.searchParams, now: nowSeconds(call), withMark: format !== 'csv' })
}

function notModified(tag: string): Reply {
  return new Reply(null, { status: 304, tag })
}
