import { Reply } from '../reply.ts'
import { BYTE_ORDER_MARK, csv } from './csv.ts'
import { type Asked, type TableName, tableOf } from './tables.ts'

/** RFC 4180 and its `header` parameter; saved under a name that says what is in it. */
export function csvReply(name: TableName, view: object, asked: Asked & { withMark: boolean }): Reply {
  const { file, columns, rows } = tableOf(name, view, asked)
  return new Reply((asked.withMark ? BYTE_ORDER_MARK : '') + csv(columns, rows), {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="openai-${file}.csv"`,
    },
  })
}
